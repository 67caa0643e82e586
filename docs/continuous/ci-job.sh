#!/bin/sh
# Makes auditing true on the control planes of an inventory, proves it, and leaves the proofs for the CI service.
#
#   ci-job.sh INVENTORY [OPTION...]
#
# OPTION... goes to plan, apply and verify alike: -l, -e, --forks. In the current folder it leaves plan.xml, apply.xml and verify.xml
# (JUnit), and .planewright-retry after a failure: the hosts that are left. Its exit code is planewright's.
#
# The private key comes as a file, whose path stands in the inventory (ansible_ssh_private_key_file), or from
# ssh-agent: never as an argument. known_hosts has to be there before, as nobody can answer a question here.
set -u

if [ "$#" = 0 ]; then
  echo 'usage: ci-job.sh INVENTORY [OPTION...]' >&2
  exit 64
fi
inventory=$1
shift

# Those of an earlier job would pass for this one's.
rm -f plan.xml apply.xml verify.xml

# step VERB OPTION...: a report of its own for each
step() {
  verb=$1
  shift
  planewright "$verb" -i "$inventory" --output junit --output-file "$verb.xml" "$@"
}

step plan --diff "$@"
code=$?
# 0: nothing is due; 2: changes are. Anything else is no plan to go on from.
if [ "$code" != 0 ] && [ "$code" != 2 ]; then exit "$code"; fi

step apply "$@" || exit
# From the outside, by a process that has changed nothing: all is there, and every control plane proves it.
step verify "$@"
