// A small program: says what it is told, a line per argument, and ends with the code in EXIT_CODE.
foreach (var line in args)
    Console.WriteLine(line);
Console.Error.WriteLine("done talking");
return int.Parse(Environment.GetEnvironmentVariable("EXIT_CODE") ?? "0");
