"use strict";
// Asks /_metrics once a second, keeps the answers of the last 15 minutes, and
// shows the last one and what changed between them.
(() => {
  const EVERY_MS = 1000;
  const KEPT_S = 900;
  // Rates as numbers, and percentiles, are taken over this long: one second
  // alone jumps.
  const SMOOTH_S = 5;

  const $ = (selector) => document.querySelector(selector);
  const all = (selector) => [...document.querySelectorAll(selector)];

  /* ---- numbers as text ---- */

  const grouped = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
  const short = (n, digits = 3) =>
    new Intl.NumberFormat("en", {
      maximumSignificantDigits: digits,
      notation: n >= 100000 ? "compact" : "standard",
    }).format(n);

  function bytes(n) {
    const units = ["B", "KiB", "MiB", "GiB", "TiB"];
    let unit = 0;
    while (n >= 1023.5 && unit < units.length - 1) {
      n /= 1024;
      unit++;
    }
    return `${short(n, n >= 100 ? 4 : 3)} ${units[unit]}`;
  }

  function micros(us) {
    if (us < 1000) return `${short(us, 2)} µs`;
    return us < 1e6 ? `${short(us / 1000)} ms` : `${short(us / 1e6)} s`;
  }

  function duration(s) {
    const parts = [
      [Math.floor(s / 86400), "d"],
      [Math.floor(s / 3600) % 24, "h"],
      [Math.floor(s / 60) % 60, "min"],
      [Math.floor(s) % 60, "s"],
    ];
    const first = parts.findIndex(([n]) => n > 0);
    if (first < 0) return "0 s";
    return parts.slice(first, first + 2).map(([n, unit]) => `${n} ${unit}`)
      .join(" ");
  }

  const rate = (n) => short(n, n >= 1000 ? 4 : n >= 10 ? 3 : 2);
  const yes = (n) => n > 0 ? "yes" : "no";
  const texts = { yes, count: (n) => grouped.format(n), bytes, duration, rate };

  /* ---- what was seen ---- */

  const seen = []; // { at: ms, m: what /_metrics said }, oldest first
  const last = () => seen[seen.length - 1];

  function value(m, path) {
    let v = m;
    for (const name of path.split(".")) v = v?.[name];
    // Reasons that did not happen are left out of the answer.
    if (v === undefined && path.startsWith("refusals.")) return 0;
    return v ?? null;
  }

  // The sample `seconds` before number `i`, or the oldest there is.
  function before(i, seconds) {
    let j = i;
    while (j > 0 && seen[i].at - seen[j].at < seconds * 1000 - 100) j--;
    return seen[j];
  }

  function perSecond(i, path, seconds) {
    const a = before(i, seconds);
    const b = seen[i];
    if (a === b) return null;
    const more = value(b.m, path) - value(a.m, path);
    return Math.max(0, more) / ((b.at - a.at) / 1000);
  }

  // Where in the histogram of what came between two samples share `q` lies.
  function percentile(i, q) {
    const a = before(i, SMOOTH_S).m.latency_us.buckets;
    const b = seen[i].m.latency_us.buckets;
    const counts = b.map((bucket, k) => bucket.count - a[k].count);
    const total = counts[counts.length - 1];
    if (!(total > 0)) return null;
    const rank = q * total;
    const k = counts.findIndex((n) => n >= rank);
    const from = k > 0 ? b[k - 1].le : 0;
    const below = k > 0 ? counts[k - 1] : 0;
    if (b[k].le === null) return from;
    return from + (b[k].le - from) * ((rank - below) / (counts[k] - below));
  }

  function keep(m) {
    // A server that was started anew counts from zero.
    if (seen.length > 0 && m.uptime_seconds < last().m.uptime_seconds) {
      seen.length = 0;
    }
    seen.push({ at: Date.now(), m });
    while (seen[0].at < Date.now() - KEPT_S * 1000) seen.shift();
  }

  /* ---- charts ---- */

  const NS = "http://www.w3.org/2000/svg";

  function draw(parent, name, attributes, text) {
    const element = document.createElementNS(NS, name);
    for (const [key, v] of Object.entries(attributes)) {
      element.setAttribute(key, v);
    }
    if (text !== undefined) element.textContent = text;
    parent.append(element);
    return element;
  }

  // The least of 1, 2, 5, 10, ... that is not below `n`.
  function round(n) {
    const power = 10 ** Math.floor(Math.log10(n));
    return [1, 2, 5, 10].map((k) => k * power).find((k) => k >= n * 0.999);
  }

  function linear(top, least) {
    const step = round(Math.max(top, least) / 3);
    const max = step * Math.ceil(Math.max(top, least) / step);
    const ticks = [];
    for (let v = 0; v <= max * 1.001; v += step) ticks.push(v);
    return { ticks, place: (v) => v / max };
  }

  // For bytes: steps of 1, 2, 4, ... units, which their names can say.
  function binary(top, least) {
    const step = 2 ** Math.ceil(Math.log2(Math.max(top, least) / 3));
    const max = step * Math.ceil(Math.max(top, least) / step);
    const ticks = [];
    for (let v = 0; v <= max * 1.001; v += step) ticks.push(v);
    return { ticks, place: (v) => v / max };
  }

  // Decades, for what spans some of them.
  function decades(top, bottom) {
    const from = Math.floor(Math.log10(Math.max(1, bottom)));
    const to = Math.max(from + 1, Math.ceil(Math.log10(Math.max(10, top))));
    const ticks = [];
    for (let k = from; k <= to; k++) ticks.push(10 ** k);
    const place = (v) => (Math.log10(Math.max(v, 10 ** from)) - from) /
      (to - from);
    return { ticks, place };
  }

  class Chart {
    // `series`: { name, style, of(i): number or null }. `scale(top, bottom)`.
    constructor(id, { series, text, scale, least = 1, stacked = false }) {
      Object.assign(this, { series, text, scale, least, stacked });
      this.figure = document.getElementById(id);
      this.title = this.figure.querySelector("h2").textContent;
      this.plot = this.figure.querySelector(".plot");
      this.at = null; // the sample that is pointed at, or null: the last
      this.makeLegend();
      this.listen();
    }

    makeLegend() {
      const list = this.figure.querySelector(".legend");
      this.values = this.series.map(({ name, style }) => {
        const item = document.createElement("li");
        const key = document.createElement("i");
        key.className = `key ${style}`;
        const b = document.createElement("b");
        item.append(key, name, b);
        list.append(item);
        return b;
      });
      this.when = document.createElement("li");
      this.when.className = "when";
      list.append(this.when);
    }

    listen() {
      const to = (i) => {
        this.at = i;
        this.render();
      };
      this.plot.addEventListener("pointermove", (e) => to(this.nearest(e)));
      this.plot.addEventListener("pointerleave", () => to(null));
      this.plot.addEventListener("blur", () => to(null));
      this.plot.addEventListener("keydown", (e) => {
        const shown = this.shown();
        const now = this.at === null ? shown.length - 1
          : shown.findIndex((i) => seen[i] === this.at);
        const next = { ArrowLeft: now - 1, ArrowRight: now + 1, Home: 0,
          End: shown.length - 1, PageUp: now - 10, PageDown: now + 10 }[e.key];
        if (e.key === "Escape") to(null);
        if (next === undefined || shown.length === 0) return;
        e.preventDefault();
        to(seen[shown[Math.min(Math.max(next, 0), shown.length - 1)]]);
      });
      new ResizeObserver(() => this.render()).observe(this.plot);
    }

    nearest(event) {
      const box = this.plot.getBoundingClientRect();
      const x = event.clientX - box.left;
      let best = null;
      for (const i of this.shown()) {
        const off = Math.abs(this.x(seen[i].at) - x);
        if (best === null || off <= best.off) best = { off, sample: seen[i] };
      }
      return best?.sample ?? null;
    }

    // Numbers of the samples in the window; rates have none for the first.
    shown() {
      const numbers = [];
      for (let i = 1; i < seen.length; i++) {
        if (seen[i].at >= this.begin()) numbers.push(i);
      }
      return numbers;
    }

    begin() {
      return (last()?.at ?? 0) - shownSeconds * 1000;
    }

    x(at) {
      const share = (at - this.begin()) / (shownSeconds * 1000);
      return this.left + share * (this.width - this.left);
    }

    render() {
      const box = this.plot.getBoundingClientRect();
      this.width = box.width;
      this.height = box.height - 20; // below it: the times
      const numbers = this.shown();
      const columns = numbers.map((i) => this.series.map((s) => s.of(i)));
      const tops = this.stacked ? columns.map(stack) : columns;
      const flat = tops.flat().filter((v) => v !== null);
      const least = flat.length > 0 ? Math.min(...flat) : this.least;
      const { ticks, place } = this.scale(
        Math.max(0, ...flat), this.scale === decades ? least : this.least);
      this.y = (v) => this.height - place(v) * (this.height - 8);
      const svg = document.createElementNS(NS, "svg");
      svg.setAttribute("aria-hidden", "true");
      this.drawGrid(svg, ticks);
      if (this.stacked) this.drawAreas(svg, numbers, tops);
      else this.drawLines(svg, numbers, columns);
      this.drawCursor(svg);
      this.plot.replaceChildren(svg);
      this.describe();
    }

    drawGrid(svg, ticks) {
      const labels = ticks.map((v) => this.text(v));
      this.left = Math.max(...labels.map((t) => t.length)) * 6.4 + 8;
      ticks.forEach((v, k) => {
        const y = Math.round(this.y(v)) + 0.5;
        draw(svg, "line", { class: k === 0 ? "base" : "rule", x1: this.left,
          x2: this.width, y1: y, y2: y });
        draw(svg, "text", { x: this.left - 8, y: y + 3.5,
          "text-anchor": "end" }, labels[k]);
      });
      const wide = shownSeconds === 60 ? 4 : 5;
      const parts = this.width < 420 ? 2 : wide;
      for (let k = 0; k <= parts; k++) {
        const ago = Math.round(shownSeconds * (1 - k / parts));
        draw(svg, "text", {
          x: this.x(this.begin() + (shownSeconds - ago) * 1000),
          y: this.height + 17,
          "text-anchor": k === 0 ? "start" : k === parts ? "end" : "middle",
        }, ago === 0 ? "now" : `−${duration(ago).replace(" 0 s", "")}`);
      }
    }

    drawAreas(svg, numbers, tops) {
      this.series.forEach(({ style }, k) => {
        const up = numbers.map((i, c) =>
          `${this.x(seen[i].at).toFixed(1)},${this.y(tops[c][k]).toFixed(1)}`);
        const down = numbers.map((i, c) => {
          const floor = k === 0 ? 0 : tops[c][k - 1];
          return `${this.x(seen[i].at).toFixed(1)},${this.y(floor).toFixed(1)}`;
        });
        if (tops.every((t) => t[k] === (k === 0 ? 0 : t[k - 1]))) return;
        draw(svg, "path", { class: `area ${style}`,
          d: `M${up.join("L")}L${down.reverse().join("L")}Z` });
      });
    }

    drawLines(svg, numbers, columns) {
      this.series.forEach(({ style, filled }, k) => {
        let path = "";
        let pen = false; // where nothing is known the line ends
        numbers.forEach((i, c) => {
          const v = columns[c][k];
          if (v === null) {
            pen = false;
            return;
          }
          path += `${pen ? "L" : "M"}${this.x(seen[i].at).toFixed(1)},` +
            this.y(v).toFixed(1);
          pen = true;
        });
        if (path === "") return;
        if (filled) {
          const end = (i) => this.x(seen[i].at).toFixed(1);
          draw(svg, "path", { class: `under ${style}`,
            d: `${path}L${end(numbers[numbers.length - 1])},${this.height}` +
              `L${end(numbers[0])},${this.height}Z` });
        }
        draw(svg, "path", { class: `line ${style}`, d: path });
      });
    }

    drawCursor(svg) {
      const i = seen.indexOf(this.at);
      if (i < 1) return;
      const x = this.x(seen[i].at);
      draw(svg, "line", { class: "cursor", x1: x, x2: x, y1: 0,
        y2: this.height });
      const values = this.series.map((s) => s.of(i));
      const tops = this.stacked ? stack(values) : values;
      this.series.forEach(({ style }, k) => {
        if (tops[k] === null || (this.stacked && values[k] === 0)) return;
        draw(svg, "circle", { class: `dot ${style}`, cx: x, cy: this.y(tops[k]),
          r: 4 });
      });
    }

    // In the legend, and in words for who does not see the drawing.
    describe() {
      const pointed = seen.indexOf(this.at);
      const i = pointed > 0 ? pointed : seen.length - 1;
      const words = this.series.map(({ name, of }, k) => {
        const v = i > 0 ? of(i) : null;
        this.values[k].textContent = v === null ? "–" : this.text(v);
        return `${name} ${this.values[k].textContent}`;
      });
      const ago = i > 0 ? Math.round((last().at - seen[i].at) / 1000) : 0;
      const when = ago > 0 ? `${duration(ago)} ago` : "now";
      this.when.textContent = pointed > 0 ? when : "";
      this.plot.setAttribute("aria-label", `${this.title}, ${when}: ` +
        `${words.join(", ")}. Arrow keys go back in time.`);
    }
  }

  // Each value on top of those before it.
  function stack(values) {
    let sum = 0;
    return values.map((v) => (sum += v ?? 0));
  }

  const classes = [["2xx", "c2"], ["3xx", "c3"], ["4xx", "c4"], ["5xx", "c5"],
    ["none", "c0"]];
  let shownSeconds = 60;

  const charts = [
    new Chart("chart-rate", {
      stacked: true, scale: linear, text: rate,
      series: classes.map(([name, style]) => ({
        name, style, of: (i) => perSecond(i, `responses.${name}`, 1),
      })),
    }),
    new Chart("chart-latency", {
      scale: decades, text: micros,
      series: [["median", "p50", 0.5], ["90 %", "p90", 0.9],
        ["99 %", "p99", 0.99]].map(([name, style, q]) => ({
        name, style, of: (i) => percentile(i, q),
      })),
    }),
    new Chart("chart-connections", {
      scale: linear, text: rate, least: 3,
      series: [
        { name: "open", style: "c2", filled: true,
          of: (i) => value(seen[i].m, "connections.active") },
        { name: "in the queue", style: "c4",
          of: (i) => value(seen[i].m, "queue.depth") },
      ],
    }),
    new Chart("chart-bytes", {
      scale: binary, text: bytes, least: 768,
      series: [
        { name: "sent", style: "c2", filled: true,
          of: (i) => perSecond(i, "bytes.out", 1) },
        { name: "received", style: "c3",
          of: (i) => perSecond(i, "bytes.in", 1) },
      ],
    }),
  ];

  /* ---- the last answer ---- */

  function put(element, v) {
    if (typeof v === "boolean") v = Number(v);
    element.dataset.value = v ?? "";
    element.textContent = v === null ? "unknown"
      : texts[element.dataset.as ?? "count"](v);
  }

  function showMeters(m) {
    for (const meter of all("[data-meter]")) {
      const [now, most] = meter.dataset.meter.split(" ")
        .map((path) => value(m, path));
      const share = most > 0 ? Math.min(1, now / most) : 0;
      meter.firstChild.style.width = `${share * 100}%`;
      meter.dataset.level = share > 0.95 ? "full" : share > 0.8 ? "high" : "ok";
      meter.setAttribute("aria-valuemin", 0);
      meter.setAttribute("aria-valuemax", 100);
      meter.setAttribute("aria-valuenow", Math.round(share * 100));
    }
  }

  function showShares(m) {
    const bars = all("#shares i");
    const counts = classes.map(([name]) => value(m, `responses.${name}`));
    const total = counts.reduce((a, b) => a + b, 0);
    counts.forEach((n, k) => {
      // What happened at all can be seen.
      bars[k].style.width = n === 0 ? "0"
        : `max(3px, ${(99 * n / total).toFixed(2)}%)`;
    });
  }

  // Of what was answered in the time shown.
  function showErrors(i) {
    const sums = classes.map(([name]) => perSecond(i, `responses.${name}`,
      shownSeconds));
    const total = sums.reduce((a, b) => a + b, 0);
    const share = total > 0 ? 100 * (sums[2] + sums[3]) / total : 0;
    $("#tile-errors").textContent = i === 0 ? "–"
      : share > 0 && share < 0.01 ? "< 0.01 %"
      : `${short(share, share < 1 ? 2 : 3)} %`;
    const first = seen.findIndex((s) => s.at >= last().at - shownSeconds * 1000);
    const seconds = Math.round((last().at - seen[first].at) / 1000);
    $("#tile-window").textContent = duration(seconds).replace(" 0 s", "");
  }

  function showRefusals(m) {
    const every = $("#all").checked;
    const body = $("#refusals tbody");
    let count = 0;
    let kinds = 0;
    for (const row of body.rows) {
      const n = value(m, `refusals.${row.dataset.reason}`);
      put(row.cells[2], n);
      row.hidden = n === 0 && !every;
      count += n;
      kinds += n > 0;
    }
    // Most frequent first; where equal, as they stand in the list.
    const sorted = [...body.rows].map((row, k) => [row, k]).sort((a, b) =>
      b[0].cells[2].dataset.value - a[0].cells[2].dataset.value ||
      order.get(a[0]) - order.get(b[0]));
    if (sorted.some(([, k], at) => k !== at)) {
      body.append(...sorted.map(([row]) => row));
    }
    $("#refused").textContent = kinds === 0 ? "" :
      `${grouped.format(count)}, for ${kinds} ${kinds === 1 ? "reason" : "reasons"}`;
    $("#none").hidden = kinds > 0;
    $("#refusals table").hidden = kinds === 0 && !every;
  }

  const order = new Map(all("#refusals tbody tr").map((row, k) => [row, k]));

  function showNumbers() {
    const { m } = last();
    const i = seen.length - 1;
    for (const e of all("[data-metric]")) put(e, value(m, e.dataset.metric));
    for (const e of all("[data-rate]")) {
      const v = perSecond(i, e.dataset.rate, SMOOTH_S);
      e.textContent = v === null ? "–" : texts[e.dataset.as](v);
    }
    for (const [id, q] of [["#tile-p50", 0.5], ["#tile-p99", 0.99]]) {
      const us = i > 0 ? percentile(i, q) : null;
      $(id).textContent = us === null ? "–" : micros(us);
    }
    showErrors(i);
    const client = value(m, "clients.over_share_client");
    $("#over-share").hidden = client === null;
    $("#over-share-client").textContent = client ?? "";
    showMeters(m);
    showShares(m);
    showRefusals(m);
  }

  function showState() {
    let state = "serving";
    if (lostSince !== null) state = "lost";
    else if (paused) state = "paused";
    else if (seen.length === 0) state = "waiting";
    else if (last().m.draining) state = "draining";
    const names = { serving: "Serving", lost: "No answer", paused: "Paused",
      waiting: "Connecting", draining: "Shutting down" };
    const line = $("#state");
    if (line.dataset.state !== state) {
      line.dataset.state = state;
      line.textContent = names[state];
    }
    document.title = state === "serving" || state === "waiting" ? "h1 status"
      : `${names[state]} · h1 status`;
    const lost = $("#lost");
    lost.hidden = lostSince === null;
    if (lostSince !== null) {
      lost.textContent = `No answer from /_metrics since ${lostSince
        .toLocaleTimeString("en-GB")}: ${lostWhy}. Still trying.`;
    }
  }

  function show() {
    showState();
    if (seen.length === 0) return;
    showNumbers();
    for (const chart of charts) chart.render();
    document.body.dataset.polls = polls;
  }

  /* ---- asking ---- */

  let paused = false;
  let polls = 0;
  let lostSince = null;
  let lostWhy = "";
  let timer = 0;
  let asking = false;

  async function ask() {
    const answer = await fetch("_metrics?format=json", {
      cache: "no-store",
      signal: AbortSignal.timeout(5000),
    });
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    return answer.json();
  }

  async function poll() {
    clearTimeout(timer);
    if (asking || paused || document.hidden) return;
    asking = true;
    const began = performance.now();
    try {
      const m = await ask();
      if (!paused) keep(m);
      polls++;
      lostSince = null;
    } catch (error) {
      lostSince ??= new Date();
      lostWhy = error.name === "TimeoutError" ? "it took more than 5 s"
        : error.message;
    }
    asking = false;
    show();
    const rest = EVERY_MS - (performance.now() - began);
    timer = setTimeout(poll, Math.max(rest, 100));
  }

  /* ---- the person ---- */

  function pause(on) {
    paused = on;
    const button = $("#pause");
    button.setAttribute("aria-pressed", on);
    button.textContent = on ? "Resume" : "Pause";
    show();
    poll();
  }

  // From one load of the page to the next, unless the server was restarted.
  const STORE = "h1-status";

  function restore() {
    try {
      const stored = JSON.parse(sessionStorage.getItem(STORE)) ?? [];
      const fresh = stored.filter((s) => s.at > Date.now() - KEPT_S * 1000);
      seen.push(...fresh);
    } catch {
      // Nothing is lost but the past.
    }
  }

  function store() {
    try {
      sessionStorage.setItem(STORE, JSON.stringify(seen));
    } catch {
      // The same.
    }
  }

  $("#host").textContent = location.host;
  $("#pause").addEventListener("click", () => pause(!paused));
  $("#all").addEventListener("change", () => {
    if (seen.length > 0) showRefusals(last().m);
  });
  for (const input of all("[name=window]")) {
    input.addEventListener("change", () => {
      shownSeconds = Number(input.value);
      show();
    });
    if (input.checked) shownSeconds = Number(input.value);
  }
  addEventListener("pagehide", store);
  document.addEventListener("visibilitychange", poll);
  restore();
  poll();
})();
