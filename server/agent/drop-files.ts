interface DroppedFile {
  name: string;
  mimeType: string;
  base64: string;
}

/**
 * Drops files on the element as a hand does that brings them from elsewhere; false when the page lets none be
 * dropped there. Runs in the page: must not use anything from outside its body.
 */
export function dropFiles(element: HTMLElement, files: readonly DroppedFile[]): boolean {
  const dataTransfer = new DataTransfer();
  for (const { name, mimeType, base64 } of files) {
    const bytes = Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));
    dataTransfer.items.add(new File([bytes], name, { type: mimeType }));
  }
  const box = element.getBoundingClientRect();
  const at = { clientX: box.left + box.width / 2, clientY: box.top + box.height / 2 };
  const send = (type: string) =>
    element.dispatchEvent(
      new DragEvent(type, { ...at, dataTransfer, bubbles: true, cancelable: true, composed: true }),
    );
  send('dragenter');
  // Only a place that takes hold of what is over it may be dropped on.
  if (send('dragover')) return false;
  send('drop');
  return true;
}
