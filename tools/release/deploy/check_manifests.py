#!/usr/bin/python3
"""Checks Kubernetes manifests against the fields that are known here.

    tools/release/deploy/check_manifests.py [FILE]...   default: kubernetes.yaml

The tables below hold the part of the API (apps/v1, v1, policy/v1) that our
manifests use: each field, its type, and whether it must be there. A field that
is not in a table is an error, as it is with kubectl's strict validation, which
needs a cluster. Without Debian's python3-yaml it says SKIPPED.
"""

import pathlib
import sys

try:
    import yaml
except ImportError:
    print("SKIPPED: it needs the Debian package python3-yaml")
    sys.exit(0)

LABELS = {"*": str}
PORT = (int, str)  # a number, or the name of one
SELECTOR = {"matchLabels!": LABELS}
META = {"name!": str, "labels": LABELS}
POD_META = {"labels!": LABELS}
PROBE = {
    "httpGet!": {"path!": str, "port!": PORT},
    "periodSeconds": int,
    "timeoutSeconds": int,
    "failureThreshold": int,
}
CONTAINER = {
    "name!": str,
    "image!": str,
    "args": [str],
    "ports": [{"name": str, "containerPort!": int}],
    "readinessProbe": PROBE,
    "livenessProbe": PROBE,
    "resources": {"requests": {"*": str}, "limits": {"*": str}},
    "securityContext": {
        "allowPrivilegeEscalation": bool,
        "readOnlyRootFilesystem": bool,
        "capabilities": {"drop": [str]},
    },
    "volumeMounts": [{"name!": str, "mountPath!": str, "readOnly": bool}],
}
POD = {
    "terminationGracePeriodSeconds": int,
    "automountServiceAccountToken": bool,
    "enableServiceLinks": bool,
    "securityContext": {
        "runAsNonRoot": bool,
        "runAsUser": int,
        "runAsGroup": int,
        "seccompProfile": {"type!": str},
    },
    "topologySpreadConstraints": [{
        "maxSkew!": int,
        "topologyKey!": str,
        "whenUnsatisfiable!": str,
        "labelSelector": SELECTOR,
    }],
    "containers!": [CONTAINER],
    "volumes": [{"name!": str, "configMap": {"name!": str, "optional": bool}}],
}
KINDS = {
    ("apps/v1", "Deployment"): {
        "replicas": int,
        "selector!": SELECTOR,
        "strategy": {
            "type": str,
            "rollingUpdate": {"maxUnavailable": PORT, "maxSurge": PORT},
        },
        "template!": {"metadata!": POD_META, "spec!": POD},
    },
    ("v1", "Service"): {
        "selector!": LABELS,
        "ports!": [{"name": str, "port!": int, "targetPort": PORT}],
    },
    ("policy/v1", "PodDisruptionBudget"): {
        "minAvailable": PORT,
        "selector!": SELECTOR,
    },
}


def faults(value, schema, place):
    """Yields what is wrong with `value`, one line each."""
    if isinstance(schema, list):
        if not isinstance(value, list) or not value:
            yield f"{place} is no list, or an empty one"
            return
        for i, item in enumerate(value):
            yield from faults(item, schema[0], f"{place}[{i}]")
    elif isinstance(schema, dict):
        if not isinstance(value, dict):
            yield f"{place} has no fields"
            return
        known = {key.rstrip("!"): part for key, part in schema.items()}
        for key in schema:
            if key.endswith("!") and key[:-1] not in value:
                yield f"{place}.{key[:-1]} is missing"
        for key, part in value.items():
            if key not in known and "*" not in known:
                yield f"{place}.{key} is not a field"
            else:
                yield from faults(part, known.get(key, known.get("*")),
                                  f"{place}.{key}")
    elif schema is int and isinstance(value, bool):
        yield f"{place} is no number"
    elif not isinstance(value, schema):
        yield f"{place} has the wrong type"


def references(document):
    """Yields names that lead nowhere: selectors, ports and volumes."""
    spec = document["spec"]
    if document["kind"] != "Deployment":
        return
    labels = spec["template"]["metadata"]["labels"]
    wanted = spec["selector"]["matchLabels"]
    if not wanted.items() <= labels.items():
        yield "the selector does not match the pod's labels"
    pod = spec["template"]["spec"]
    volumes = {volume["name"] for volume in pod.get("volumes", [])}
    for container in pod["containers"]:
        ports = {port.get("name") for port in container.get("ports", [])}
        for probe in ("readinessProbe", "livenessProbe"):
            port = container.get(probe, {}).get("httpGet", {}).get("port")
            if isinstance(port, str) and port not in ports:
                yield f"{probe} names a port that is none: {port}"
        for mount in container.get("volumeMounts", []):
            if mount["name"] not in volumes:
                yield f"a mount names a volume that is none: {mount['name']}"


def check(document):
    kind = (document.get("apiVersion"), document.get("kind"))
    if kind not in KINDS:
        return [f"{kind} is not known"]
    schema = {"apiVersion!": str, "kind!": str, "metadata!": META,
              "spec!": KINDS[kind]}
    found = list(faults(document, schema, kind[1]))
    return found or list(references(document))


def main():
    here = pathlib.Path(__file__).resolve().parent
    files = sys.argv[1:] or [here / "kubernetes.yaml"]
    count, bad = 0, 0
    for file in files:
        text = pathlib.Path(file).read_text(encoding="utf-8")
        for document in yaml.safe_load_all(text):
            count += 1
            for fault in check(document):
                bad += 1
                print(f"{file}: {fault}")
    print(f"{count} manifests, {bad} faults")
    return 1 if bad or count == 0 else 0


if __name__ == "__main__":
    sys.exit(main())
