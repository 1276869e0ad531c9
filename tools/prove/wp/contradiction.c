/* The prover has to see what these contradict, or it sees nothing. It takes a
 * prover, unlike what WP simplifies away by itself: a function that cannot be
 * called like this, and one that relies on what cannot be returned. */
/*@ axiomatic Contradiction {
      logic integer value(integer i);
    }
    predicate rising(integer n) =
      \forall integer i; 0 <= i < n ==> value(i) < value(i + 1); */

/*@ requires rising(3) && value(3) <= value(0);
    assigns \nothing; */
int contradiction(void) { return 0; }

/*@ assigns \nothing;
    exits \false;
    ensures rising(3) && value(3) <= value(0); */
int leaf(void);

/*@ assigns \nothing; */
int relying(void) { return leaf(); }
