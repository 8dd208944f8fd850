# Sourced by the front doors: makes this machine ready, quickly when it already is.
. "$(dirname "$0")/machine.sh"
use_pinned_node
install_system_packages
install_packages
