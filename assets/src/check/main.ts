/** Entry of the device check. */
import "./preview";
import "./results";
