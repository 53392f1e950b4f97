using System.Globalization;
using Bench.Collector;
using Bench.Measure;
using Microsoft.AspNetCore.Server.Kestrel.Core;

// Argument: the port on the loopback.
var builder = WebApplication.CreateSlimBuilder();
builder.Logging.ClearProviders();
builder.WebHost.ConfigureKestrel(kestrel => kestrel.ListenLocalhost(int.Parse(args[0], CultureInfo.InvariantCulture), listen => listen.Protocols = HttpProtocols.Http2));
await using var app = builder.Build();
var received = new Received();
app.MapPost("/opentelemetry.proto.collector.trace.v1.TraceService/Export", context => received.TakeAsync(context, isTraces: true));
app.MapPost("/opentelemetry.proto.collector.{signal}.v1.{service}/Export", context => received.TakeAsync(context, isTraces: false));
await app.StartAsync();
await new PhaseProgram(_ => throw new InvalidOperationException("This program makes no flows."), TimeProvider.System)
    .On("count", (_, _) => Task.FromResult<object>(received.Count()))
    .ServeAsync();
