// The checks of test.html. Each gets `log` and throws when an answer is not
// what it should be.
"use strict";

const FILE = "/static/app.js";

// The browser's own cache would answer conditional requests for us.
function ask(url, options = {}) {
  return fetch(url, { cache: "no-store", ...options });
}

function expect(condition, what) {
  if (!condition) throw new Error(what);
}

function expectStatus(answer, status) {
  expect(answer.status === status, `status ${answer.status}, not ${status}`);
}

function showFields(answer, log, names) {
  for (const name of names) {
    const value = answer.headers.get(name);
    if (value !== null) log(`${name}: ${value}`);
  }
}

const checks = {
  async home(log) {
    const answer = await ask("/");
    expectStatus(answer, 200);
    const text = await answer.text();
    expect(text.startsWith("<!doctype html>"), "not the page");
    log(`${answer.status}, ${text.length} characters`);
    showFields(answer, log, ["Content-Type", "X-Content-Type-Options"]);
  },

  async stream(log) {
    const begin = performance.now();
    const answer = await ask("/stream?count=5&interval=200");
    expectStatus(answer, 200);
    const reader = answer.body.pipeThrough(new TextDecoderStream()).getReader();
    const times = [];
    let text = "";
    for (;;) {
      const { value, done } = await reader.read();
      if (done) break;
      const at = Math.round(performance.now() - begin);
      times.push(at);
      text += value;
      log(`${String(at).padStart(5)} ms  ${value.trimEnd()}`);
    }
    expect(text === "chunk 1\nchunk 2\nchunk 3\nchunk 4\nchunk 5\n", "other lines");
    expect(times[times.length - 1] - times[0] > 400, "all at once");
  },

  async submit(log) {
    const body = document.getElementById("text").value;
    const type = "text/plain; charset=utf-8";
    const answer = await ask("/submit", {
      method: "POST",
      headers: { "Content-Type": type },
      body,
    });
    expectStatus(answer, 200);
    const text = await answer.text();
    log(text);
    showFields(answer, log, ["Content-Type", "Content-Length"]);
    expect(text === body, "something else came back");
    expect(answer.headers.get("Content-Type") === type, "another type");
  },

  async head(log) {
    const answer = await ask(FILE, { method: "HEAD" });
    expectStatus(answer, 200);
    expect((await answer.text()) === "", "a body");
    const names = ["Content-Type", "Content-Length", "ETag", "Last-Modified", "Accept-Ranges"];
    showFields(answer, log, names);
    expect(Number(answer.headers.get("Content-Length")) > 0, "no length");
  },

  async conditional(log) {
    const first = await ask(FILE);
    expectStatus(first, 200);
    const tag = first.headers.get("ETag");
    await first.arrayBuffer();
    if (tag === null) {
      log("no entity tag: the file changed a moment ago");
      return;
    }
    const second = await ask(FILE, { headers: { "If-None-Match": tag } });
    log(`If-None-Match: ${tag}  ->  ${second.status}`);
    expectStatus(second, 304);
    const third = await ask(FILE, { headers: { "If-None-Match": '"another"' } });
    log(`If-None-Match: "another"  ->  ${third.status}`);
    expectStatus(third, 200);
  },

  async range(log) {
    const one = await ask(FILE, { headers: { Range: "bytes=0-15" } });
    expectStatus(one, 206);
    const bytes = await one.arrayBuffer();
    expect(bytes.byteLength === 16, `${bytes.byteLength} bytes`);
    showFields(one, log, ["Content-Range"]);
    log(new TextDecoder().decode(bytes));
    const several = await ask(FILE, { headers: { Range: "bytes=0-3,10-13,-4" } });
    expectStatus(several, 206);
    expect(several.headers.get("Content-Type").startsWith("multipart/byteranges"), "one part");
    log(await several.text());
    const beyond = await ask(FILE, { headers: { Range: "bytes=999999-" } });
    expectStatus(beyond, 416);
    showFields(beyond, log, ["Content-Range"]);
  },

  async metrics(log) {
    const json = await ask("/_metrics");
    expectStatus(json, 200);
    expect(json.headers.get("Content-Type").startsWith("application/json"), "not JSON");
    log(JSON.stringify(await json.json(), null, 2));
    const text = await ask("/_metrics", { headers: { Accept: "text/plain" } });
    expectStatus(text, 200);
    expect(text.headers.get("Content-Type").startsWith("text/plain"), "not text");
    expect((await text.text()).includes("# TYPE"), "not the Prometheus format");
  },

  async health(log) {
    const answer = await ask("/_health");
    log(`${answer.status} ${(await answer.text()).trimEnd()}`);
    expectStatus(answer, 200);
  },

  async refusals(log) {
    const absent = await ask("/static/absent.txt");
    log(`GET /static/absent.txt  ->  ${absent.status}`);
    expectStatus(absent, 404);
    const hidden = await ask("/static/.hidden");
    log(`GET /static/.hidden  ->  ${hidden.status}`);
    expectStatus(hidden, 404);
    const method = await ask("/stream", { method: "DELETE" });
    log(`DELETE /stream  ->  ${method.status}, Allow: ${method.headers.get("Allow")}`);
    expectStatus(method, 405);
  },
};

function prepare(card) {
  const verdict = document.createElement("span");
  verdict.className = "verdict";
  verdict.setAttribute("role", "status");
  card.querySelector("h2").append(verdict);
  const button = document.createElement("button");
  button.textContent = "Run";
  const output = document.createElement("pre");
  card.append(button, output);

  async function run() {
    button.disabled = true;
    output.textContent = "";
    verdict.className = "verdict";
    verdict.textContent = "running";
    let good = true;
    try {
      await checks[card.dataset.check]((line) => {
        output.textContent += `${line}\n`;
      });
    } catch (error) {
      good = false;
      output.textContent += `${error.message}\n`;
    }
    verdict.textContent = good ? "passed" : "failed";
    verdict.classList.add(good ? "good" : "bad");
    button.disabled = false;
    return good;
  }
  button.addEventListener("click", run);
  return run;
}

const runs = Array.from(document.querySelectorAll("[data-check]"), prepare);

async function runAll() {
  const button = document.getElementById("run-all");
  const summary = document.getElementById("summary");
  button.disabled = true;
  summary.className = "verdict";
  let passed = 0;
  for (const run of runs) {
    summary.textContent = `${passed} of ${runs.length} passed`;
    if (await run()) passed++;
  }
  summary.textContent = `${passed} of ${runs.length} passed`;
  summary.classList.add(passed === runs.length ? "good" : "bad");
  button.disabled = false;
}

document.getElementById("run-all").addEventListener("click", runAll);
// test.html#run runs everything at once: for tests without a hand.
if (location.hash === "#run") runAll();
