interface Quality {
  qualityLevel: number;
  compressionLevel: number;
}

/** JPEG quality (0–9) and zlib effort (0–9) by how long the way to the picture is. [VNC-5] */
export function pictureQuality(connectMs: number | null): Quality {
  if (connectMs === null || connectMs < 600) return { qualityLevel: 7, compressionLevel: 2 };
  if (connectMs < 1_500) return { qualityLevel: 5, compressionLevel: 4 };
  return { qualityLevel: 3, compressionLevel: 6 };
}
