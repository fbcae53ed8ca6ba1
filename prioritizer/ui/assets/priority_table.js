// Keys, sorting and clicks of the priority list. What is selected belongs to the server and stands in the address.

const KEYS = { ArrowDown: 1, ArrowUp: -1 };

export default function ({ data, parentElement: root, setTriggerValue }) {
  const slot = root.querySelector(".slot");
  const status = root.querySelector("[role=status]");
  const links = () => [...slot.querySelectorAll("tbody a.name")];
  const rowOf = (id) => slot.querySelector(`tr[data-id="${CSS.escape(id)}"]`);
  const nameIn = (row) => row?.querySelector("a.name");
  const focused = () => root.activeElement ?? root.getRootNode().activeElement ?? document.activeElement;

  function draw() {
    // Redrawn only when the figures changed, so that focus, order and scroll stay.
    if (slot.drawn === data.html) return;
    const before = slot.contains(focused()) ? focused().closest("tr")?.dataset.id : undefined;
    const order = slot.order;
    slot.drawn = data.html;
    slot.innerHTML = data.html;
    if (order) sort(slot.querySelector(`button[data-sort="${order.key}"]`)?.closest("th"), order.key, order.descending);
    if (before) nameIn(rowOf(before))?.focus();
  }

  function mark(id) {
    for (const row of slot.querySelectorAll("tr[data-id]")) {
      const link = nameIn(row);
      const on = row.dataset.id === id;
      row.classList.toggle("on", on);
      link.tabIndex = on ? 0 : -1;
      on ? link.setAttribute("aria-current", "true") : link.removeAttribute("aria-current");
    }
    const all = links();
    if (all.length && !all.some((link) => link.tabIndex === 0)) all[0].tabIndex = 0;
  }

  // On a phone the panel takes the place of the list: hand the focus over, and back.
  function handOver(was, tries) {
    setTimeout(() => {
      const shown = slot.offsetHeight > 0;
      const lost = document.activeElement === document.body;
      if (data.selected && !shown && was !== undefined) document.querySelector("[data-panel]")?.focus();
      else if (!data.selected && was && shown && lost) nameIn(rowOf(was))?.focus();
      else if (tries) handOver(was, tries - 1);
    }, 60);
  }

  function open(row) {
    const id = row.dataset.id === slot.selected ? null : row.dataset.id;
    slot.selected = id;
    mark(id);
    status.textContent = id ? data.say.open.replace("{x}", () => nameIn(row).textContent) : "";
    setTriggerValue("open", { id });
  }

  function valueOf(row, key) {
    return key === "init" ? nameIn(row).textContent : Number(row.dataset[key]);
  }

  function compare(a, b) {
    return typeof a === "number" ? a - b : a.localeCompare(b);
  }

  function sort(heading, key, descending) {
    if (!heading) return;
    slot.order = { key, descending };
    for (const other of slot.querySelectorAll("th[aria-sort]")) other.removeAttribute("aria-sort");
    const falling = descending !== (heading.dataset.best === "high"); // the best come first, the highest or the lowest
    heading.setAttribute("aria-sort", falling ? "descending" : "ascending");
    const body = slot.querySelector("tbody");
    const byRank = key === "rank" && !descending;
    const rows = [...body.querySelectorAll("tr[data-id]")].sort((a, b) => {
      const difference = compare(valueOf(a, key), valueOf(b, key));
      return (descending ? -difference : difference) || a.dataset.rank - b.dataset.rank;
    });
    for (const row of rows) body.append(row);
    const line = body.querySelector("tr.line");
    if (line) {
      line.hidden = !byRank;
      if (byRank) body.insertBefore(line, rows.find((row) => row.classList.contains("unpaid")) ?? null);
    }
  }

  draw();
  mark(data.selected);
  const was = slot.selected;
  if (was !== data.selected || (data.selected && slot.offsetHeight === 0)) handOver(was, 15);
  slot.selected = data.selected;

  slot.onclick = (event) => {
    const button = event.target.closest("button[data-sort]");
    if (button) {
      const heading = button.closest("th");
      sort(heading, button.dataset.sort, slot.order?.key === button.dataset.sort && !slot.order.descending);
      status.textContent = data.say.sort.replace("{x}", () => button.textContent);
      return;
    }
    const row = event.target.closest("tr[data-id]");
    if (event.detail > 1) return event.preventDefault(); // the second of a double click
    if (!row || event.ctrlKey || event.metaKey || event.shiftKey) return;
    if (!event.target.closest("a") && String(getSelection())) return; // people may copy text
    event.preventDefault();
    nameIn(row).focus({ preventScroll: true });
    open(row);
  };

  slot.onkeydown = (event) => {
    const link = event.target.closest("a.name");
    if (!link) return;
    const all = links();
    const here = all.indexOf(link);
    const to = { Home: 0, End: all.length - 1 }[event.key] ?? here + (KEYS[event.key] ?? NaN);
    if (all[to]) {
      event.preventDefault();
      for (const other of all) other.tabIndex = -1;
      all[to].tabIndex = 0;
      all[to].focus();
    } else if (event.key === " ") {
      event.preventDefault();
      open(link.closest("tr"));
    } else if (event.key === "Escape" && slot.selected) {
      event.preventDefault();
      open(rowOf(slot.selected) ?? link.closest("tr"));
    }
  };
}
