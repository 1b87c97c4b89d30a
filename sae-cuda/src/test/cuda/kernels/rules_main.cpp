// Prints what each rule gives, a line each: its name, v a b c u w p q, and the result, in hexadecimal. KernelSourcesTest compares them with
// EntryRule.
#include "../../../main/cuda/rules.cuh"
#include <random>

int main() {
#define NAME(name, value) #name,
  const char* names[] = {SAE_RULES(NAME)};
  std::mt19937 random(1);
  const double special[] = {0, -1, 1, .5, .25, 2, 1e-9, -.5};
  for (int rule = 0; rule < RULES; rule++)
    for (int i = 0; i < 200; i++) {
      double x[8];
      for (double& v : x) v = random() % 2 ? special[random() % 8] : float(random()) / 4294967296.0f * 4 - 1;
      printf("%s", names[rule]);
      for (double v : x) printf(" %a", v);
      printf(" %a\n", ruleOf(rule, x[0], x[1], x[2], x[3], x[4], x[5], x[6], x[7]));
    }
}
