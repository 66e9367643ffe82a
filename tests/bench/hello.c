/*
 * hello.c - the least that a FastCGI program can do: what the pages are compared with.
 */
#include <fcgiapp.h>

int
main(void)
{
	FCGX_Request request;

	FCGX_Init();
	FCGX_InitRequest(&request, 0, 0);
	while (FCGX_Accept_r(&request) == 0)
		FCGX_PutS("Content-Type: text/plain\r\n\r\nhello, world\n", request.out);
	FCGX_Finish_r(&request);
	return 0;
}
