using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Nodes;
using Orchestrator.Policy.Rules;
using Transport;

namespace Orchestrator.Policy;

/// <summary>Asks an OPA server by REST. Whatever is not a decision is an error, and the caller denies.</summary>
internal sealed class OpaClient(Uri server, TimeSpan limit, TransportCredentials credentials, TimeProvider time) : IDisposable
{
    private const int MaxAnswerBytes = 64 * 1024;

    private static readonly JsonSerializerOptions Json = new() { PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower };

    private readonly HttpClient _client = new(credentials.Secure(
        new SocketsHttpHandler { AllowAutoRedirect = false, UseCookies = false, PooledConnectionLifetime = TimeSpan.FromMinutes(2) }, server, http2: false))
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = MaxAnswerBytes,
    };

    /// <exception cref="OpaException">It could not be reached, or gave no decision.</exception>
    public async Task<PolicyVerdict> DecideAsync(PolicyInput input, CancellationToken ct)
    {
        using var late = new CancellationTokenSource(limit, time);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(ct, late.Token);
        try
        {
            using var content = new ByteArrayContent(JsonSerializer.SerializeToUtf8Bytes(new JsonObject { ["input"] = input.ToJson() }));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            using var response = await _client.PostAsync(new Uri(server, "/v1/data/agents/tools/decision"), content, either.Token);
            var text = await response.Content.ReadAsStringAsync(either.Token);
            if (!response.IsSuccessStatusCode)
            {
                throw new OpaException($"it answered {(int)response.StatusCode}");
            }

            return Read(text);
        }
        catch (OperationCanceledException) when (!ct.IsCancellationRequested)
        {
            throw new OpaException($"it did not answer within {limit.TotalSeconds:0.###} s");
        }
        catch (HttpRequestException e)
        {
            throw new OpaException($"it cannot be reached: {e.Message}");
        }
    }

    public void Dispose() => _client.Dispose();

    private static PolicyVerdict Read(string text)
    {
        try
        {
            var answer = JsonSerializer.Deserialize<Answer>(text, Json);
            return answer?.Result switch
            {
                null => throw new OpaException("it has no decision: is policies/tools.rego loaded, with its data?"),
                { Effect: "allow" or "deny" or "needs_approval" } result =>
                    new PolicyVerdict(result.Effect, result.Rule ?? "", result.Reason ?? "", result.Grants ?? [], result.Deciders ?? []) { DecisionId = answer.DecisionId ?? "", Source = "opa" },
                var result => throw new OpaException($"its decision has the effect '{result.Effect}', which is none of allow, deny, needs_approval"),
            };
        }
        catch (JsonException e)
        {
            throw new OpaException($"its answer is not a decision: {e.Message}");
        }
    }

    private sealed record Answer(Result? Result, string? DecisionId);

    private sealed record Result(string? Effect, string? Rule, string? Reason, IReadOnlyList<string>? Grants, IReadOnlyList<string>? Deciders);
}

/// <summary>OPA did not decide.</summary>
internal sealed class OpaException(string message) : Exception(message);
