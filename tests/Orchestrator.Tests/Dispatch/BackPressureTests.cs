using System.Globalization;
using System.Net;
using System.Net.Http.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.AspNetCore.Hosting.Server.Features;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Tests.Engine;
using Protos.V1;

namespace Orchestrator.Tests.Dispatch;

/// <summary>New work when too much waits already.</summary>
public class BackPressureTests
{
    [Fact]
    public async Task Submit_QueueIsFull_IsRefusedWithATimeToComeBack()
    {
        await using var system = await TestSystem.StartAsync("--Dispatch:MaxWaiting=2");
        using var channel = GrpcChannel.ForAddress(system.GrpcUrl);
        var client = new OrchestratorService.OrchestratorServiceClient(channel);
        for (var i = 0; i < 2; i++)
        {
            await client.SubmitRunAsync(Work());
        }

        await TestSystem.Until(() => system.Services.GetRequiredService<Orchestrator.Dispatch.Dispatcher>().Waiting == 2, "both wait");
        var refused = await Should.ThrowAsync<RpcException>(() => client.SubmitRunAsync(Work()).ResponseAsync);

        refused.StatusCode.ShouldBe(StatusCode.ResourceExhausted);
        refused.Status.Detail.ShouldContain("Dispatch:MaxWaiting is 2");
        refused.Trailers.GetValue("agents-failure-code").ShouldBe("QUEUE_FULL");
        int.Parse(refused.Trailers.GetValue("retry-after-ms")!, CultureInfo.InvariantCulture).ShouldBeGreaterThan(0);
        RetryDelay(refused.Trailers.GetValueBytes("grpc-status-details-bin")!).ShouldBe(TimeSpan.FromSeconds(1));

        var http = system.Services.GetRequiredService<IServer>().Features.Get<IServerAddressesFeature>()!.Addresses.Single(address => address != system.GrpcUrl);
        using var rest = new HttpClient { BaseAddress = new Uri(http) };
        using var response = await rest.PostAsync(new Uri("/api/runs", UriKind.Relative), new StringContent(new JsonFormatter(JsonFormatter.Settings.Default.WithPreserveProtoFieldNames(true)).Format(Work()), System.Text.Encoding.UTF8, "application/json"));
        response.StatusCode.ShouldBe(HttpStatusCode.TooManyRequests, await response.Content.ReadAsStringAsync());
        response.Headers.RetryAfter!.Delta.ShouldBe(TimeSpan.FromSeconds(1));
        (await response.Content.ReadFromJsonAsync<Dictionary<string, object>>())!["code"].ToString().ShouldBe("QUEUE_FULL");
    }

    private static SubmitRunRequest Work() => new()
    {
        AgentMessage = new AgentMessage { ToAgent = "worker", TaskType = "work", Task = new TaskBody { Description = "Work.", InputData = new Struct() } },
    };

    // google.rpc.Status: details (3) holds an Any of google.rpc.RetryInfo, whose field 1 is a Duration.
    private static TimeSpan RetryDelay(byte[] details)
    {
        var input = new CodedInputStream(details);
        var any = new Any();
        for (uint tag; (tag = input.ReadTag()) != 0;)
        {
            if (WireFormat.GetTagFieldNumber(tag) == 3)
            {
                input.ReadMessage(any);
            }
            else
            {
                input.SkipLastField();
            }
        }

        any.TypeUrl.ShouldBe("type.googleapis.com/google.rpc.RetryInfo");
        var info = new CodedInputStream(any.Value.ToByteArray());
        WireFormat.GetTagFieldNumber(info.ReadTag()).ShouldBe(1);
        var delay = new Duration();
        info.ReadMessage(delay);
        return delay.ToTimeSpan();
    }
}
