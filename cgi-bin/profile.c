#include "web/step.h"

int
main(void)
{
	return step_main();
}
