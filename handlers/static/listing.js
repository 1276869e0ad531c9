"use strict";
// Without this the page is complete. With it the columns sort, names can be
// filtered, and arrow keys go from name to name.
(() => {
  const body = document.querySelector("#entries");
  const rows = [...body.rows];
  const heads = [...document.querySelectorAll("th")];
  const filter = document.querySelector("#filter");
  const input = filter.querySelector("input");

  /* ---- sorting ---- */

  // By name as the server sorted them; else by the number in the cell. Folders
  // stay first.
  function sort(column, down) {
    const key = (row) => column === 0 ? 0 : Number(row.cells[column].dataset.key);
    const folder = (row) => row.querySelector(".folder") !== null;
    const sorted = rows.map((row, place) => ({ row, place, key: key(row) }));
    sorted.sort((a, b) => folder(b.row) - folder(a.row) ||
      (down ? -1 : 1) * (a.key - b.key || a.place - b.place));
    body.append(...sorted.map(({ row }) => row));
    heads.forEach((head, k) => {
      if (k === column) {
        head.setAttribute("aria-sort", down ? "descending" : "ascending");
      } else {
        head.removeAttribute("aria-sort");
      }
    });
  }

  heads.forEach((head, column) => {
    const button = document.createElement("button");
    button.type = "button";
    button.append(...head.childNodes);
    head.append(button);
    button.addEventListener("click", () => {
      const sorted = head.getAttribute("aria-sort");
      // Large and new first is what one looks for.
      sort(column, sorted === null ? column > 0 : sorted === "ascending");
    });
  });

  /* ---- finding ---- */

  function show() {
    const wanted = input.value.toLocaleLowerCase();
    let shown = 0;
    for (const row of rows) {
      const name = row.cells[0].textContent.toLocaleLowerCase();
      row.hidden = !name.includes(wanted);
      shown += !row.hidden;
    }
    document.querySelector("#nothing").hidden = shown > 0 || rows.length === 0;
  }

  filter.hidden = rows.length < 2;
  input.addEventListener("input", show);
  if (input.value !== "") show(); // The browser may have kept it.

  /* ---- keys ---- */

  function move(by) {
    const links = [...document.querySelectorAll("tbody tr:not([hidden]) a")];
    const now = links.indexOf(document.activeElement);
    const next = now < 0 ? (by > 0 ? 0 : -1) : now + by;
    links.at(Math.min(next, links.length - 1))?.focus();
  }

  function first() {
    document.querySelector("#entries tr:not([hidden]) a")?.focus();
  }

  addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const typing = event.target === input;
    if (event.key === "/" && !typing && !filter.hidden) input.focus();
    else if (event.key === "Escape" && typing) {
      input.value = "";
      show();
      input.blur();
    } else if (event.key === "Enter" && typing) first();
    else if (event.key === "ArrowDown") move(1);
    else if (event.key === "ArrowUp" && !typing) move(-1);
    else return;
    event.preventDefault();
  });
})();
