using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;

namespace Agents.Models.Tests.Server;

/// <summary>What the server does with one request.</summary>
public abstract class Reply
{
    public static Reply Text(string text, int inputTokens = 10, int outputTokens = 5) => new Completion(text, [], inputTokens, outputTokens);

    public static Reply Json(object value, int inputTokens = 10, int outputTokens = 5) => Text(JsonSerializer.Serialize(value), inputTokens, outputTokens);

    public static Reply Calls(params (string Name, string Arguments)[] calls) => new Completion("", calls, 10, 5);

    public static Reply Finish(string text, string reason) => new Completion(text, [], 10, 5) { Reason = reason };

    public static Reply Status(int status, string body = "", string? retryAfter = null) => new Refusal(status, body, retryAfter);

    /// <summary>The connection breaks in the middle of the answer.</summary>
    public static Reply Cut(string text) => new Broken(text, async (http, _) =>
    {
        await http.Response.Body.FlushAsync();
        http.Abort();
    });

    /// <summary>The connection breaks in the middle of a tool call's arguments.</summary>
    public static Reply CutCall(string name, string arguments) => new Broken("", async (http, _) =>
    {
        await SendAsync(http, Chunk(new { tool_calls = new[] { new { index = 0, id = "call_0", type = "function", function = new { name, arguments } } } }));
        http.Abort();
    });

    /// <summary>The stream ends properly, but the answer does not.</summary>
    public static Reply Unfinished(string text) => new Broken(text, (_, _) => Task.CompletedTask);

    /// <summary>Begins, and then nothing more until the caller goes away.</summary>
    public static Reply Stall(string text = "") => new Broken(text, async (http, _) =>
    {
        await http.Response.Body.FlushAsync();
        var gone = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        await using var registration = http.RequestAborted.Register(gone.SetResult);
        await gone.Task;
    });

    public static Reply Malformed() => new Broken("", async (http, _) => await http.Response.WriteAsync("data: {\"choices\": [{{]\n\n"));

    public abstract Task WriteAsync(HttpContext http, ModelRequest request);

    private static async Task SendAsync(HttpContext http, object chunk)
    {
        await http.Response.WriteAsync($"data: {JsonSerializer.Serialize(chunk)}\n\n");
        await http.Response.Body.FlushAsync();
    }

    private static object Chunk(object delta, string? reason = null) => new
    {
        id = "chatcmpl-1",
        @object = "chat.completion.chunk",
        created = 1_700_000_000,
        model = "scripted-2026",
        choices = new[] { new { index = 0, delta, finish_reason = reason } },
    };

    private static void Begin(HttpContext http)
    {
        http.Response.ContentType = "text/event-stream";
        http.Features.Get<IHttpResponseBodyFeature>()?.DisableBuffering();
    }

    private sealed class Completion(string text, (string Name, string Arguments)[] calls, int inputTokens, int outputTokens) : Reply
    {
        public string? Reason { get; init; }

        private string Ending => Reason ?? (calls.Length > 0 ? "tool_calls" : "stop");

        private object Usage => new { prompt_tokens = inputTokens, completion_tokens = outputTokens, total_tokens = inputTokens + outputTokens };

        public override async Task WriteAsync(HttpContext http, ModelRequest request)
        {
            if (!request.Streams)
            {
                await http.Response.WriteAsJsonAsync(new
                {
                    id = "chatcmpl-1",
                    @object = "chat.completion",
                    created = 1_700_000_000,
                    model = "scripted-2026",
                    choices = new[] { new { index = 0, message = new { role = "assistant", content = text, tool_calls = calls.Length == 0 ? null : calls.Select(Whole) }, finish_reason = Ending } },
                    usage = Usage,
                });
                return;
            }

            Begin(http);
            await SendAsync(http, Chunk(new { role = "assistant", content = "" }));
            foreach (var piece in text.Chunk(7))
                await SendAsync(http, Chunk(new { content = new string(piece) }));
            for (var i = 0; i < calls.Length; i++)
            {
                // A call comes in pieces: its name first, then its arguments.
                await SendAsync(http, Chunk(new { tool_calls = new[] { new { index = i, id = Id(i), type = "function", function = new { name = calls[i].Name, arguments = "" } } } }));
                foreach (var piece in calls[i].Arguments.Chunk(5))
                    await SendAsync(http, Chunk(new { tool_calls = new[] { new { index = i, function = new { arguments = new string(piece) } } } }));
            }

            await SendAsync(http, Chunk(new { }, Ending));
            await SendAsync(http, new { id = "chatcmpl-1", @object = "chat.completion.chunk", created = 1_700_000_000, model = "scripted-2026", choices = Array.Empty<object>(), usage = Usage });
            await http.Response.WriteAsync("data: [DONE]\n\n");
        }

        private static string Id(int index) => "call_" + index.ToString(CultureInfo.InvariantCulture);

        private static object Whole((string Name, string Arguments) call, int index) =>
            new { id = Id(index), type = "function", function = new { name = call.Name, arguments = call.Arguments } };
    }

    private sealed class Refusal(int status, string body, string? retryAfter) : Reply
    {
        public override async Task WriteAsync(HttpContext http, ModelRequest request)
        {
            http.Response.StatusCode = status;
            if (retryAfter is not null)
                http.Response.Headers.RetryAfter = retryAfter;
            http.Response.ContentType = "application/json";
            await http.Response.Body.WriteAsync(Encoding.UTF8.GetBytes(body));
        }
    }

    private sealed class Broken(string text, Func<HttpContext, ModelRequest, Task> end) : Reply
    {
        public override async Task WriteAsync(HttpContext http, ModelRequest request)
        {
            Begin(http);
            await SendAsync(http, Chunk(new { role = "assistant", content = "" }));
            foreach (var piece in text.Chunk(7))
                await SendAsync(http, Chunk(new { content = new string(piece) }));
            await end(http, request);
        }
    }
}
