/** Chinese: captions. */
export const zhCaptions = {
  "caption.captions": "字幕",
  "caption.desk": "写字幕",
  "caption.done": "不再写字幕",
  "caption.recall": "撤回",
  "key.captions": "显示或隐藏字幕",
} as const;
