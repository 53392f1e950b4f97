using Cli;

using var interrupts = new Interrupts();
return await CommandLine.InvokeAsync(args, server: null, interrupts.Token);
