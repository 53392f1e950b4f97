using System.Net.Http.Headers;
using System.Text;

namespace Orchestrator.Tests.Api;

public sealed class BadRequestTests : IAsyncLifetime
{
    private RestHost _host = null!;

    public async Task InitializeAsync() => _host = await RestHost.StartAsync();

    public async Task DisposeAsync() => await _host.DisposeAsync();

    [Theory]
    [InlineData("", "INVALID_JSON", "body", "empty")]
    [InlineData("{", "INVALID_JSON", "body", "at line 1")]
    [InlineData("{\"request\": \"a\",\n \"playbook\": b}", "INVALID_JSON", "body", "at line 2, byte 14")]
    [InlineData("{\"request\": \"a\", \"request\": \"b\"}", "INVALID_JSON", "body", "request")]
    [InlineData("[]", "INVALID_INPUT", "body", "must be an object")]
    [InlineData("\"x\"", "INVALID_INPUT", "body", "must be an object")]
    [InlineData("{}", "EMPTY_REQUEST", "request", "missing")]
    [InlineData("{\"request\": \"\"}", "EMPTY_REQUEST", "request", "empty")]
    [InlineData("{\"request\": \" \\n \"}", "EMPTY_REQUEST", "request", "empty")]
    [InlineData("{\"request\": 3}", "INVALID_INPUT", "request", "request is 3; it must be text")]
    [InlineData("{\"request\": \"a\\u0000b\"}", "INVALID_INPUT", "request", "U+0000 at position 1")]
    [InlineData("{\"request\": \"\\ud800\"}", "INVALID_INPUT", "body", "")]
    [InlineData("{\"request\": \"a\", \"playbok\": \"x\"}", "UNKNOWN_FIELD", "playbok", "did you mean 'playbook'?")]
    [InlineData("{\"requestId\": \"a\"}", "UNKNOWN_FIELD", "requestId", "did you mean 'request_id'?")]
    [InlineData("{\"request\": \"a\", \"workspace\": {\"pth\": \"x\"}}", "UNKNOWN_FIELD", "workspace.pth", "did you mean 'path'?")]
    [InlineData("{\"request\": \"a\", \"workspace\": \"/x\"}", "INVALID_INPUT", "workspace", "must be an object")]
    [InlineData("{\"request\": \"a\", \"labels\": {\"x\": 1}}", "INVALID_INPUT", "labels.x", "must be text")]
    [InlineData("{\"request\": \"a\", \"labels\": {\"\": \"1\"}}", "INVALID_INPUT", "labels", "empty key")]
    [InlineData("{\"request\": \"a\", \"time_limit\": \"soon\"}", "INVALID_INPUT", "time_limit", "whole number")]
    [InlineData("{\"request\": \"a\", \"time_limit\": 1.5}", "INVALID_INPUT", "time_limit", "whole number")]
    [InlineData("{\"request\": \"a\", \"time_limit\": -1}", "INVALID_INPUT", "time_limit", "0 to 2592000")]
    [InlineData("{\"request\": \"a\", \"inputs\": [1]}", "INVALID_INPUT", "inputs", "must be an object")]
    [InlineData("{\"request\": \"a\", \"message\": {}}", "INVALID_INPUT", "message", "only one of request, message, agent_message")]
    [InlineData("{\"agent_message\": {\"task\": {\"description\": \"d\", \"requirements\": \"x\"}}}", "INVALID_INPUT", "agent_message.task.requirements", "must be a list")]
    [InlineData("{\"agent_message\": {\"task\": {\"description\": \"d\", \"requirements\": [1]}}}", "INVALID_INPUT", "agent_message.task.requirements[0]", "must be text")]
    public async Task Submit_BadBody_IsAProblem(string body, string code, string field, string detail)
    {
        var problem = await RestHost.ProblemAsync(await _host.PostAsync("/api/runs", body), 400, code, field);
        problem.GetProperty("detail").GetString()!.ShouldContain(detail, Case.Sensitive);
        _host.Engine.Submitted.ShouldBeNull();
    }

    [Fact]
    public async Task Submit_OverALimit_IsAProblemThatNamesIt()
    {
        await Refused($$"""{"request": "{{new string('a', 65537)}}"}""", 413, "TOO_LARGE", "request", "65537 bytes of UTF-8; at most 65536");
        await Refused($$"""{"request": "{{new string('ü', 32769)}}"}""", 413, "TOO_LARGE", "request", "65538 bytes");
        await Refused($$"""{"request": "a", "request_id": "{{new string('a', 101)}}"}""", 400, "INVALID_INPUT", "request_id", "101 characters; at most 100");
        await Refused($$"""{"request": "a", "playbook": "{{new string('a', 101)}}"}""", 400, "INVALID_INPUT", "playbook", "at most 100");
        await Refused($$"""{"request": "a", "labels": {"k": "{{new string('a', 101)}}"} }""", 400, "INVALID_INPUT", "labels.k", "at most 100");
        var labels = string.Join(",", Enumerable.Range(0, 21).Select(i => $"\"{i}\": \"\""));
        await Refused($$"""{"request": "a", "labels": { {{labels}} } }""", 400, "INVALID_INPUT", "labels", "21 entries; at most 20");
        await Refused($$"""{"request": "a", "inputs": {"x": {{new string('[', 40)}}{{new string(']', 40)}} } }""", 400, "INVALID_INPUT", null, "deeper than 32");
        await Refused($$"""{"request": "a", "inputs": {"x": {{new string('[', 100)}}{{new string(']', 100)}} } }""", 400, "INVALID_JSON", "body", "depth");
        await Refused($$"""{"request": "a", "inputs": {"x": [{{string.Join(",", Enumerable.Repeat("1", 10_001))}}] } }""", 400, "INVALID_INPUT", null, "more than 10000 values");
        await Refused(new string(' ', 1024 * 1024) + "{}", 413, "TOO_LARGE", "body", "at most 1048576");
    }

    [Fact]
    public async Task Submit_TenMegabytes_IsRefusedWithoutReadingThem()
    {
        var known = await _host.PostAsync("/api/runs", $$"""{"request": "{{new string('a', 10_000_000)}}"}""");
        await RestHost.ProblemAsync(known, 413, "TOO_LARGE", "body");
        // Without a length in front, it is noticed on the way.
        using var content = new StreamContent(new EndlessStream(10_000_000));
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/runs") { Content = content, Headers = { TransferEncodingChunked = true } };
        await RestHost.ProblemAsync(await _host.Client.SendAsync(request), 413, "TOO_LARGE", "body");
    }

    [Theory]
    [InlineData("text/plain")]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("application/grpc-json-of-some-sort")]
    public async Task Submit_AnotherMediaType_Is415(string type)
    {
        var response = await _host.Client.PostAsync("/api/runs", new StringContent("""{"request": "a"}""", Encoding.UTF8, type));
        if (type.StartsWith("application/grpc", StringComparison.Ordinal))
            ((int)response.StatusCode).ShouldBeGreaterThanOrEqualTo(400);
        else
            await RestHost.ProblemAsync(response, 415, "UNSUPPORTED_MEDIA_TYPE", "Content-Type");
    }

    [Fact]
    public async Task Submit_InvalidUtf8_IsAProblem()
    {
        using var content = new ByteArrayContent([.. "{\"request\": \""u8, 0xff, 0xfe, .. "\"}"u8]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
        await RestHost.ProblemAsync(await _host.Client.PostAsync("/api/runs", content), 400, "INVALID_JSON", "body");
    }

    [Theory]
    [InlineData("/api/runs?page_size=201", "page_size", "0 to 200")]
    [InlineData("/api/runs?page_size=-1", "page_size", "whole number")]
    [InlineData("/api/runs?page_size=99999999999", "page_size", "0 to 200")]
    [InlineData("/api/runs?page_size=1&page_size=2", "page_size", "given 2 times")]
    [InlineData("/api/runs?pagesize=1", "pagesize", "did you mean 'page_size'?")]
    [InlineData("/api/runs?status=DONE", "status", "it must be one of PENDING")]
    [InlineData("/api/runs?status=STATE_UNSPECIFIED", "status", "it must be one of")]
    [InlineData("/api/runs?status=9", "status", "it must be one of")]
    [InlineData("/api/runs/run-1?include_outputs=yes", "include_outputs", "true or false")]
    [InlineData("/api/runs/run-1/result?x=1", "x", "not known")]
    [InlineData("/api/runs/run%00x", "run_id", "U+0000")]
    [InlineData("/api/runs/run-1/events?after=x", "after", "whole number")]
    [InlineData("/api/runs/run-1/events?page_size=0", "page_size", "1 to 1000")]
    [InlineData("/api/artifacts/sha256:00", "id", "64 lower-case hexadecimal digits")]
    [InlineData("/api/artifacts/..%2F..%2Fetc%2Fpasswd", "id", "64 lower-case hexadecimal digits")]
    public async Task Get_BadParameter_IsAProblem(string path, string field, string detail)
    {
        var response = await _host.Client.GetAsync(path);
        if (path.Contains("%00", StringComparison.Ordinal) && response.Content.Headers.ContentType is null)
        {
            // Kestrel itself does not let such a path in.
            ((int)response.StatusCode).ShouldBe(400);
            return;
        }

        (await RestHost.ProblemAsync(response, 400, "INVALID_INPUT", field)).GetProperty("detail").GetString()!.ShouldContain(detail);
    }

    [Fact]
    public async Task Get_LongRunId_IsAProblem() =>
        await RestHost.ProblemAsync(await _host.Client.GetAsync($"/api/runs/{new string('a', 101)}"), 400, "INVALID_INPUT", "run_id");

    [Theory]
    [InlineData("/api/runs/none")]
    [InlineData("/api/runs/none/result")]
    [InlineData("/api/runs/none/events")]
    public async Task Get_UnknownRun_Is404(string path) =>
        await RestHost.ProblemAsync(await _host.Client.GetAsync(path), 404, "UNKNOWN_RUN", "run_id");

    [Fact]
    public async Task Cancel_AnotherRunInTheBody_IsAProblem() =>
        await RestHost.ProblemAsync(await _host.PostAsync("/api/runs/run-1/cancel", """{"run_id": "run-2"}"""), 400, "INVALID_INPUT", "run_id");

    [Fact]
    public async Task Route_Unknown_Is404() => await RestHost.ProblemAsync(await _host.Client.GetAsync("/api/nothing"), 404, "NOT_FOUND");

    [Fact]
    public async Task Method_NotAllowed_Is405AndSaysWhichAre()
    {
        var response = await _host.Client.DeleteAsync("/api/runs");
        var problem = await RestHost.ProblemAsync(response, 405, "METHOD_NOT_ALLOWED");
        response.Content.Headers.Allow.ShouldBe(["GET", "POST"], ignoreOrder: true);
        problem.GetProperty("detail").GetString()!.ShouldContain("'DELETE' is not allowed at '/api/runs'; allowed: ");
    }

    [Fact]
    public async Task Headers_TooLarge_AreRefused()
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/runs");
        request.Headers.Add("X-Large", new string('a', 40_000));
        ((int)(await _host.Client.SendAsync(request)).StatusCode).ShouldBe(431);
    }

    private async Task Refused(string body, int status, string code, string? field, string detail)
    {
        var problem = await RestHost.ProblemAsync(await _host.PostAsync("/api/runs", body), status, code, field);
        problem.GetProperty("detail").GetString()!.ShouldContain(detail);
    }

    private sealed class EndlessStream(int length) : MemoryStream(new byte[length]);
}
