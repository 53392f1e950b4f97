using System.Security.Cryptography;
using Google.Protobuf;
using Google.Protobuf.Collections;
using Grpc.Core;
using Grpc.Net.Client;
using Microsoft.Extensions.DependencyInjection;
using Orchestrator.Audit;
using Orchestrator.Processing;
using Orchestrator.Storage;
using Orchestrator.Tests.Engine;
using Protos.V1;
using static Orchestrator.Tests.Runs.Plans;

namespace Orchestrator.Tests.Audit;

/// <summary>What somebody who can write to the store cannot hide.</summary>
public sealed class AuditTests : IAsyncLifetime
{
    private TestSystem _system = null!;
    private string _run = "";
    private readonly List<byte[]> _log = [];

    public async Task InitializeAsync()
    {
        _system = await TestSystem.StartAsync();
        await _system.AddAgentAsync("worker", agent => agent.OnTask<Google.Protobuf.WellKnownTypes.Struct, Google.Protobuf.WellKnownTypes.Struct>("work", (input, _, _) => System.Threading.Tasks.Task.FromResult(input)));
        _run = await _system.SubmitAsync(Of(Task("a"), Task("b", "a")));
        await _system.WatchAsync(_run);
        await foreach (var stored in _system.Services.GetRequiredService<IRunStore>().ReadAsync(_run, 0, CancellationToken.None))
        {
            _log.Add(stored.Data.ToArray());
        }
    }

    public async Task DisposeAsync() => await _system.DisposeAsync();

    [Fact]
    public async Task Verify_LogAsItWasWritten_IsOk()
    {
        using var channel = GrpcChannel.ForAddress(_system.GrpcUrl);
        var client = new OrchestratorService.OrchestratorServiceClient(channel);

        var report = (await client.VerifyRunAsync(new VerifyRunRequest { RunId = _run })).Report;

        report.Ok.ShouldBeTrue(report.ToString());
        report.Events.ShouldBe(_log.Count);
        report.SignedVersion.ShouldBe(_log.Count);
        (await Should.ThrowAsync<RpcException>(async () => await client.VerifyRunAsync(new VerifyRunRequest { RunId = "none" }))).StatusCode.ShouldBe(StatusCode.NotFound);
    }

    [Fact]
    public async Task Verify_AfterARestart_StillKnowsTheHead()
    {
        await _system.StopOrchestratorAsync();
        await _system.StartOrchestratorAsync();

        var report = await _system.Services.GetRequiredService<AuditTrail>().VerifyAsync(_run, TestSystem.Me, CancellationToken.None);

        report.Ok.ShouldBeTrue(report.ToString());
        report.SignedVersion.ShouldBe(_log.Count);
    }

    [Fact]
    public async Task Verify_EventAltered_IsFound()
    {
        foreach (var position in new[] { 0, 1, _log.Count - 1 })
        {
            var altered = Changed(_log[position], e => e.TraceId = "00000000000000000000000000000bad");

            (await CheckAsync([.. _log[..position], altered, .. _log[(position + 1)..]])).ShouldContain(problem => problem.StartsWith("BROKEN_CHAIN", StringComparison.Ordinal) || problem.StartsWith("NOT_THE_SIGNED_LOG", StringComparison.Ordinal));
        }
    }

    [Fact]
    public async Task Verify_EventDeleted_IsFound() =>
        (await CheckAsync([.. _log[..2], .. _log[3..]])).ShouldContain(problem => problem.StartsWith("OUT_OF_ORDER", StringComparison.Ordinal));

    [Fact]
    public async Task Verify_EventsReordered_IsFound() =>
        (await CheckAsync([.. _log[..2], _log[3], _log[2], .. _log[4..]])).ShouldContain(problem => problem.StartsWith("OUT_OF_ORDER", StringComparison.Ordinal));

    [Fact]
    public async Task Verify_TailCut_IsFound()
    {
        (await CheckAsync(_log[..^1])).ShouldHaveSingleItem().ShouldStartWith("CUT");
        (await CheckAsync([])).ShouldHaveSingleItem().ShouldStartWith("CUT");
    }

    [Fact]
    public async Task Verify_EventAddedAfterTheEnd_IsFound()
    {
        var added = new RunEvent { RunId = _run, Version = _log.Count + 1, PrevHash = ByteString.CopyFrom(SHA256.HashData(_log[^1])), RunPaused = new RunPaused() };

        (await CheckAsync([.. _log, added.ToByteArray()])).ShouldHaveSingleItem().ShouldStartWith("ADDED");
    }

    [Fact]
    public async Task Verify_WholeLogWrittenAnew_IsFound()
    {
        // Every hash fits: only the key is missing.
        var forged = new List<byte[]>();
        foreach (var data in _log)
        {
            forged.Add(Changed(data, e =>
            {
                e.TraceId = "00000000000000000000000000000bad";
                e.PrevHash = forged.Count == 0 ? ByteString.Empty : ByteString.CopyFrom(SHA256.HashData(forged[^1]));
            }));
        }

        (await CheckAsync(forged)).ShouldContain(problem => problem.StartsWith("NOT_THE_SIGNED_LOG", StringComparison.Ordinal));

        // Heads for it, made with another key, do not help.
        var head = AuditHead.Sign(RandomNumberGenerator.GetBytes(32), _run, TestSystem.Me.Tenant, forged.Count, SHA256.HashData(forged[^1]), ended: true, DateTimeOffset.UnixEpoch);
        Check(forged, [head]).ShouldBe([$"FORGED_HEAD: the head of version {forged.Count} has a wrong signature.", "NO_HEAD: no signed head of this run is known here."]);
    }

    [Fact]
    public async Task Verify_RunDeleted_IsToldToItsTenantAlone()
    {
        var trail = _system.Services.GetRequiredService<AuditTrail>();
        await _system.Engine.DeleteAsync(new DeleteRunRequest { RunId = _run }, TestSystem.Me, CancellationToken.None);

        (await trail.VerifyAsync(_run, TestSystem.Me, CancellationToken.None)).Problems.ShouldHaveSingleItem().ShouldStartWith("CUT");
        (await Should.ThrowAsync<RequestRefusedException>(() => trail.VerifyAsync(_run, new Principal { Name = "local", Tenant = "other" }, CancellationToken.None))).Code.ShouldBe("UNKNOWN_RUN");
    }

    [Fact]
    public void Head_WrittenBeforeTenants_IsOfTheDefaultOne()
    {
        var key = _system.Services.GetRequiredService<AuditHeads>().Key;
        var head = AuditHead.Sign(key, _run, "", 3, SHA256.HashData(_log[2]), ended: false, DateTimeOffset.UnixEpoch);
        var line = head.ToLine().Replace(",\"tenant\":\"\"", "", StringComparison.Ordinal);

        line.ShouldNotContain("tenant");
        var read = AuditHead.Parse(line)!;
        read.IsSignedBy(key).ShouldBeTrue();
        read.IsOf("local").ShouldBeTrue();
        read.IsOf("other").ShouldBeFalse();
        (read with { Tenant = "other" }).IsSignedBy(key).ShouldBeFalse();
    }

    [Fact]
    public async Task Export_Lines_CanBeCheckedByAnybody()
    {
        using var channel = GrpcChannel.ForAddress(_system.GrpcUrl);
        using var call = new OrchestratorService.OrchestratorServiceClient(channel).ExportRun(new ExportRunRequest { RunId = _run });
        var lines = new List<ExportRunResponse>();
        while (await call.ResponseStream.MoveNext(CancellationToken.None))
        {
            lines.Add(call.ResponseStream.Current);
        }

        var events = lines[..^1];
        events.Count.ShouldBe(_log.Count);
        for (var i = 0; i < events.Count; i++)
        {
            events[i].Hash.ShouldBe(Convert.ToHexStringLower(SHA256.HashData(events[i].Data.Span)));
            Convert.ToHexStringLower(events[i].Event.PrevHash.Span).ShouldBe(i == 0 ? "" : events[i - 1].Hash);
        }

        AuditHead.Parse(lines[^1].Head)!.Hash.ShouldBe(events[^1].Hash);
    }

    private async Task<IReadOnlyList<string>> CheckAsync(IReadOnlyList<byte[]> log) =>
        Check(log, await _system.Services.GetRequiredService<AuditHeads>().ReadAsync(_run, CancellationToken.None));

    private RepeatedField<string> Check(IReadOnlyList<byte[]> log, IReadOnlyList<AuditHead> heads)
    {
        var verifier = new AuditVerifier(_run, heads, _system.Services.GetRequiredService<AuditHeads>().Key);
        foreach (var data in log)
        {
            verifier.Take(data);
        }

        return verifier.Report().Problems;
    }

    private static byte[] Changed(byte[] data, Action<RunEvent> change)
    {
        var e = RunEvent.Parser.ParseFrom(data);
        change(e);
        return e.ToByteArray();
    }
}
