// A small service: what the tests of the app host start, ask and kill.
using System.Diagnostics;

var builder = WebApplication.CreateBuilder(args);
var app = builder.Build();
var healthyAt = TimeProvider.System.GetUtcNow() + TimeSpan.FromMilliseconds(builder.Configuration.GetValue("HealthyAfter", 0));

app.MapGet("/", () => "hello");
app.MapGet("/health", () => TimeProvider.System.GetUtcNow() < healthyAt ? Results.StatusCode(503) : Results.Ok());
app.MapGet("/pid", () => Environment.ProcessId);
app.MapGet("/args", () => args);
app.MapGet("/env/{name}", (string name) => Environment.GetEnvironmentVariable(name) ?? "");
app.MapGet("/protocol", (HttpRequest request) => request.Protocol);
app.MapGet("/api/agents", (IConfiguration settings) => new { instances = (settings["Roles"] ?? "").Split(',').Select(role => new { contract = new { role } }) });
app.MapGet("/child", () =>
{
    // A grandchild of the app host that nobody waits for.
    using var child = Process.Start("sleep", "600");
    return child.Id;
});
app.MapGet("/exit/{code:int}", (int code) =>
{
    Console.Error.WriteLine($"leaving with {code}");
    Environment.Exit(code);
});
app.Run();
