using Cli;

return await CommandLine.InvokeAsync(args, server: null, CancellationToken.None);
