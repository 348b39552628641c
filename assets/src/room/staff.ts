/**
 * Entry of the room page for host and assistants: what only they see, then the page of everybody.
 *
 * Elements here define themselves and are used by the name of their tag, so a member's page, where
 * they are never drawn, does not carry them.
 */
import "./staff-words";
import "../captions/captioner";
import "../slides/files";
import "../streaming/key";
import "./chat-desk";
import "./console";
import "./lobby";
import "./presence-desk";
import "./roll";
import "./question-desk";
import "./reports";
import "./tray";
import "./main";
