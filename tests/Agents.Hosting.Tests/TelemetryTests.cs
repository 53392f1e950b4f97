using System.Collections.Concurrent;
using System.Net;
using Agents.Hosting.Tests.Fakes;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;
using Protos.V1;

namespace Agents.Hosting.Tests;

/// <summary>The example agent, exporting to a collector by OTLP.</summary>
public sealed class TelemetryTests
{
    [Fact]
    public async Task Endpoint_IsSet_TracesMetricsAndLogsArriveThere()
    {
        var received = new ConcurrentDictionary<string, string>();
        await using var collector = await CollectorAsync(received);
        await using var orchestrator = await FakeOrchestrator.StartAsync();
        await using var greeter = AgentProcess.Start(
            new Dictionary<string, string>
            {
                ["OTEL_EXPORTER_OTLP_ENDPOINT"] = collector.Urls.Single(),
                ["OTEL_EXPORTER_OTLP_PROTOCOL"] = "http/protobuf",
                ["OTEL_SERVICE_NAME"] = "greeter-under-test",
                ["OTEL_METRIC_EXPORT_INTERVAL"] = "300",
                ["OTEL_BSP_SCHEDULE_DELAY"] = "100",
                ["OTEL_BLRP_SCHEDULE_DELAY"] = "100",
            },
            $"--services:orchestrator:grpc:0={orchestrator.Url}");
        await Eventually.IsTrueAsync(() => !orchestrator.State.Registrations.IsEmpty, "the process joins");
        using var channel = GrpcChannel.ForAddress(orchestrator.State.Registrations.Single().Url);
        var assignment = RunningAgent.Assignment("greet", new { name = "Ada" });
        assignment.ToAgent = "greeter";
        using var call = new AgentService.AgentServiceClient(channel).Execute(new ExecuteRequest { Assignment = assignment });
        (await TaskEvents.AllAsync(call.ResponseStream))[^1].Result.ShouldNotBeNull();

        await Eventually.IsTrueAsync(() => Has("/v1/traces", "invoke_agent greeter"), "the attempt's span");
        await Eventually.IsTrueAsync(() => Has("/v1/metrics", "agents.attempt.duration"), "the attempt's duration");
        await Eventually.IsTrueAsync(() => Has("/v1/logs", "Joined"), "the log line");
        received.Values.ShouldAllBe(body => body.Contains("greeter-under-test"));

        bool Has(string path, string text) => received.TryGetValue(path, out var body) && body.Contains(text);
    }

    // Names stand in the messages as they are, so a search says whether they came.
    private static async Task<WebApplication> CollectorAsync(ConcurrentDictionary<string, string> received)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.Listen(IPAddress.Loopback, 0));
        var app = builder.Build();
        app.Run(async context =>
        {
            using var reader = new StreamReader(context.Request.Body, System.Text.Encoding.Latin1);
            var body = await reader.ReadToEndAsync();
            received.AddOrUpdate(context.Request.Path.Value!, body, (_, before) => before + body);
            context.Response.StatusCode = StatusCodes.Status200OK;
        });
        await app.StartAsync();
        return app;
    }
}
