/** Entry of the page of one class, for its lecturer: the key for streaming programs. */
import "../streaming/key";
