// A button that copies a text, or the address of the page where there is none.

const SHOWN_FOR = 2000; // milliseconds

async function copy(text) {
  try {
    await navigator.clipboard.writeText(text);
  } catch {
    const area = Object.assign(document.createElement("textarea"), { value: text });
    document.body.append(area);
    area.select();
    document.execCommand("copy");
    area.remove();
  }
}

export default function ({ data, parentElement: root }) {
  const button = root.querySelector("button");
  const status = root.querySelector("[role=status]");
  button.textContent = data.label;
  button.className = data.look;
  button.hidden = false;
  button.onclick = async () => {
    await copy(data.copy ?? location.href);
    status.textContent = data.done;
    setTimeout(() => (status.textContent = ""), SHOWN_FOR);
  };
}
