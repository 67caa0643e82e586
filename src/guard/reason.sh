# Why a step fails: a code for programs, and words for whoever reads them, here on the host too. POSIX sh.
# The codes are those of src/reason-code.ts; docs/transactions.md explains them.

# because CODE WORDS: sets reason_code and reason
because() { reason_code=$1 reason=$2; }
