// Drawn on the server; here it only takes its place, and only when it is another one.
export default function ({ data, parentElement: root }) {
  const slot = root.querySelector(".slot");
  if (slot.drawn === data.html) return;
  slot.drawn = data.html;
  slot.innerHTML = data.html;
}
