/** 中文：在聊天里写——修改、节奏、公告、提到谁。 */
export const zhWriting = {
  "chat.announcement": "公告",
  "chat.edit": "修改",
  "chat.edited": "已修改",
  "chat.editing": "修改这条消息",
  "chat.mentioned": "{name}提到了您",
  "chat.slow": "慢速模式：每 {n} 秒一条",
  "chat.closed": "现在只有讲师和助教可以发言",
  "chat.muted": "您已被禁言；仍可提问和悄悄话",
  "chat.wait": "{n} 秒",
  "say.announcement": "{name}的公告：{text}",
  "say.mentioned": "{name}提到了您：{text}",
} as const;
