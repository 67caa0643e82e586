#!/bin/sh
# Turns on auditing on the control planes of an inventory, proves it, and leaves the reports for the CI service.
#
#   ci-job.sh INVENTORY [OPTION...]
#
# OPTION... goes to plan, apply and verify: -l, -e, --forks. The job leaves plan.xml, apply.xml and verify.xml (JUnit) in the
# current folder. After a failure it also leaves .planewright-retry: the hosts that are left. Its exit code is planewright's.
#
# The private key comes as a file, named in the inventory (ansible_ssh_private_key_file), or from ssh-agent; never as an
# argument. known_hosts must exist before, as nobody can answer a question here.
set -u

if [ "$#" = 0 ]; then
  echo 'usage: ci-job.sh INVENTORY [OPTION...]' >&2
  exit 64
fi
inventory=$1
shift

# Reports of an earlier job must not pass for reports of this one.
rm -f plan.xml apply.xml verify.xml

# step VERB OPTION...: runs one verb, with a report of its own
step() {
  verb=$1
  shift
  planewright "$verb" -i "$inventory" --output junit --output-file "$verb.xml" "$@"
}

step plan --diff "$@"
code=$?
# 0: nothing to do. 2: changes are due. With anything else there is no plan to apply.
if [ "$code" != 0 ] && [ "$code" != 2 ]; then exit "$code"; fi

step apply "$@" || exit
# A second process, which has changed nothing, checks everything and proves each control plane again.
step verify "$@"
