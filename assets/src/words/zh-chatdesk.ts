/** 中文：讲师和助教的聊天管理，只在他们的页面里。 */
export const zhChatDesk = {
  title: "聊天管理",
  closed: "只有讲师和助教可以发言",
  closed_hint: "提问和悄悄话不受影响。",
  slow: "慢速模式",
  off: "不限",
  each: "每 {n} 秒一条",
  muted: "已禁言",
  mute: "禁言",
  mute_name: "禁言：{name}",
  unmute: "允许发言",
  unmute_name: "允许{name}发言",
  announce: "作为公告发送",
  mentions: "提到谁",
} as const;
