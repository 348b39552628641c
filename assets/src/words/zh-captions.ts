/** Chinese: captions. */
export const zhCaptions = {
  "caption.captions": "字幕",
  "caption.desk": "写字幕",
  "caption.done": "不再写字幕",
  "caption.hear": "由本浏览器边听边写",
  "caption.hear_stop": "停止边听边写",
  "caption.language": "所讲语言",
  "caption.no_microphone": "浏览器不能使用麦克风，请在地址栏旁允许",
  "caption.no_service": "连不上浏览器的语音识别服务，请改为手动输入",
  "caption.placeholder": "正在讲的内容，按回车键显示给所有人",
  "caption.recall": "撤回",
  "caption.show": "显示",
  "caption.where":
    "浏览器会把麦克风的声音发送给浏览器厂商（Chrome 为 Google，Edge 为 Microsoft）转成文字；本平台只保存文字",
  "caption.write": "字幕",
  "key.captions": "显示或隐藏字幕",
} as const;
