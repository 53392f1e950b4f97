using Grpc.Core;

namespace Cli.Tests;

public sealed class UsageTests
{
    [Theory]
    [InlineData("run")]
    [InlineData("run", "x", "--nonsense")]
    [InlineData("run", "x", "--time-limit", "soon")]
    [InlineData("frobnicate")]
    [InlineData("show")]
    public async Task Usage_Wrong_ExitsWithTwoAndPointsToHelp(params string[] args)
    {
        var ran = await Ran.StartAsync(args, null, CancellationToken.None);

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain("--help");
    }

    [Theory]
    [InlineData("--input: 'novalue' is not K=V.", "--input", "novalue")]
    [InlineData("--input: '=x' is not K=V.", "--input", "=x")]
    [InlineData("--workspace: '/no/such/folder' is no folder.", "--workspace", "/no/such/folder")]
    public async Task Run_BadInput_IsRefusedBeforeSubmitting(string message, params string[] options)
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync(["run", "Audit it", "--out", cli.Out, .. options]);

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain(message);
        cli.Script.Submitted.ShouldBeEmpty();
    }

    [Fact]
    public async Task Run_NumberThatNoMessageHolds_IsRefused()
    {
        await using var cli = await CliFixture.PlayAsync(Recordings.Audit());

        var ran = await cli.RunAsync("run", "Audit it", "--out", cli.Out, "--input", "x=1e999");

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain("--input: the value of 'x' cannot be sent");
    }

    [Theory]
    [InlineData(StatusCode.InvalidArgument, 2)]
    [InlineData(StatusCode.NotFound, 2)]
    [InlineData(StatusCode.Internal, 1)]
    public async Task Run_Refused_SaysWhatTheServerSaid(StatusCode status, int code)
    {
        var script = Recordings.Audit();
        script.Refusal = new RpcException(new Status(status, "playbook is 'nope'; there is none of that name."), new Metadata { { "agents-failure-code", "UNKNOWN_PLAYBOOK" } });
        await using var cli = await CliFixture.PlayAsync(script);

        var ran = await cli.RunAsync("run", "Audit it", "--out", cli.Out, "--playbook", "nope");

        ran.Code.ShouldBe(code);
        ran.Error.ShouldContain("playbook is 'nope'; there is none of that name.");
        ran.Error.ShouldContain("agents playbooks");
    }

    [Theory]
    [InlineData("ftp://x")]
    [InlineData("nonsense")]
    public async Task Server_NoHttpAddress_ExitsWithTwo(string address)
    {
        var ran = await Ran.StartAsync(["runs", "--server", address], null, CancellationToken.None);

        ran.Code.ShouldBe(2);
        ran.Error.ShouldContain($"--server: '{address}'");
    }
}
