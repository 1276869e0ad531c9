/* No function can be called like this: the prover has to see it, or it sees
 * nothing. It takes a prover, unlike what WP simplifies away by itself. */
/*@ axiomatic Contradiction { logic integer value(integer i); } */

/*@ requires \forall integer i; 0 <= i < 3 ==> value(i) < value(i + 1);
    requires value(3) <= value(0);
    assigns \nothing; */
int contradiction(void) { return 0; }
