import { expect, type Page } from '@playwright/test';

/** The picture in the page, driven in the remote screen's own pixels (1280×720). */
export class RemoteScreen {
  readonly #page: Page;

  constructor(page: Page) {
    this.#page = page;
  }

  get #canvas() {
    return this.#page.getByRole('application', { name: /remote screen/i }).locator('canvas');
  }

  /** Resolves when the canvas shows more than one colour: a real browser, not a blank. */
  async shown(): Promise<void> {
    await expect(this.#canvas).toBeVisible({ timeout: 20_000 });
    await expect.poll(() => this.colours(), { timeout: 20_000 }).toBeGreaterThan(2);
  }

  /** How many different colours a coarse grid of the canvas has. */
  async colours(): Promise<number> {
    return this.#canvas.evaluate((canvas) => {
      // A copy: reading the viewer's own canvas would slow it down, and Chromium says so on the console.
      const { width, height } = canvas as HTMLCanvasElement;
      if (width === 0) return 0;
      const copy = Object.assign(document.createElement('canvas'), { width, height });
      const context = copy.getContext('2d', { willReadFrequently: true });
      if (!context) return 0;
      context.drawImage(canvas as HTMLCanvasElement, 0, 0);
      const seen = new Set<number>();
      const { data } = context.getImageData(0, 0, width, height);
      for (let index = 0; index < data.length; index += 4 * 97) {
        seen.add(((data[index] ?? 0) << 16) | ((data[index + 1] ?? 0) << 8) | (data[index + 2] ?? 0));
      }
      return seen.size;
    });
  }

  /** The colour of one pixel of the remote screen, as `rrggbb`. */
  async colourAt(x: number, y: number): Promise<string> {
    return this.#canvas.evaluate(
      (canvas, at) => {
        const copy = Object.assign(document.createElement('canvas'), { width: 1, height: 1 });
        const context = copy.getContext('2d', { willReadFrequently: true });
        context?.drawImage(canvas as HTMLCanvasElement, -at.x, -at.y);
        const [red = 0, green = 0, blue = 0] = context?.getImageData(0, 0, 1, 1).data ?? [];
        return [red, green, blue].map((part) => part.toString(16).padStart(2, '0')).join('');
      },
      { x, y },
    );
  }

  /** How many pixels have just about the colour in which the agent's doing is drawn. */
  async orangePixels(): Promise<number> {
    return this.#canvas.evaluate((canvas) => {
      const { width, height } = canvas as HTMLCanvasElement;
      const copy = Object.assign(document.createElement('canvas'), { width, height });
      const context = copy.getContext('2d', { willReadFrequently: true });
      context?.drawImage(canvas as HTMLCanvasElement, 0, 0);
      const data = context?.getImageData(0, 0, width, height).data ?? [];
      let count = 0;
      for (let index = 0; index < data.length; index += 4) {
        const [red = 0, green = 0, blue = 0] = [data[index], data[index + 1], data[index + 2]];
        if (red > 235 && Math.abs(green - 118) < 18 && blue < 60) count++;
      }
      return count;
    });
  }

  async #at(x: number, y: number): Promise<{ x: number; y: number }> {
    const box = await this.#canvas.boundingBox();
    if (!box) throw new Error('the picture is not on the page');
    return { x: box.x + (x / 1280) * box.width, y: box.y + (y / 720) * box.height };
  }

  async click(x: number, y: number): Promise<void> {
    const point = await this.#at(x, y);
    await this.#page.mouse.click(point.x, point.y);
  }

  async wheel(x: number, y: number, deltaY: number): Promise<void> {
    const point = await this.#at(x, y);
    await this.#page.mouse.move(point.x, point.y);
    await this.#page.mouse.wheel(0, deltaY);
  }

  async type(text: string): Promise<void> {
    await this.#page.keyboard.type(text, { delay: 15 });
  }

  async press(key: string): Promise<void> {
    await this.#page.keyboard.press(key);
  }

  /** Types an address into the remote browser's own address bar. */
  async goTo(url: string): Promise<void> {
    await this.click(600, 58);
    await this.press('Control+a');
    await this.type(url);
    await this.press('Enter');
  }
}
