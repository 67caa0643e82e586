# The reason for which a step fails: a code for programs, and words for people, also those who read them on the host.
# POSIX sh. src/reason-code.ts has the codes; docs/transactions.md explains them.

# because CODE WORDS: sets reason_code and reason
because() { reason_code=$1 reason=$2; }
