using System.ClientModel;
using System.Globalization;
using System.Text.Json;
using Agents.Hosting;
using Agents.Hosting.Redaction;
using Agents.Models.Settings;
using Azure.Identity;

namespace Agents.Models.Calls;

/// <summary>What a request came to when it was no answer.</summary>
/// <param name="Retry">Whether another request may be answered.</param>
/// <param name="After">How long the provider wants to be left alone. Null: it does not say.</param>
/// <param name="Failure">What the task says when there is no other request.</param>
internal sealed record ModelError(bool Retry, TimeSpan? After, TaskFailedException Failure);

/// <summary>Tells errors apart, and says which setting is to blame.</summary>
internal sealed class ModelErrors(ModelChoice choice, ProviderOptions provider, SecretRedactor redactor, TimeProvider time)
{
    /// <summary>Null: it is none of the provider's.</summary>
    public ModelError? Of(Exception exception) => exception switch
    {
        ClientResultException { Status: > 0 } answer => OfStatus(answer),
        ClientResultException or HttpRequestException or IOException => Passing($"{Who} cannot be reached at {Where}: {Innermost(exception)}", exception),
        JsonException or FormatException or InvalidOperationException or ArgumentException or KeyNotFoundException =>
            Passing($"{Who} gave an answer that is no chat completion: {exception.Message}", exception),
        AuthenticationFailedException => Final(ModelFailureCodes.Unauthorized, $"{provider.KeySetting} is not set, and Entra ID gave no token: {exception.Message}", exception),
        CutShortException => Passing($"{Who} ended its answer before it was finished.", exception),
        AggregateException { InnerException: { } inner } => Of(inner),
        _ => null,
    };

    public TaskFailedException OutOfTime(TimeSpan limit, string setting) =>
        new(ModelFailureCodes.Timeout, $"{Who} at {Where} did not answer within {limit.TotalSeconds:0.###} s ({setting}).", retryable: true);

    private string Who => $"The provider {choice.ProviderName} (model {choice.Model})";

    private string Where => provider.Endpoint?.GetLeftPart(UriPartial.Path) ?? "its own address";

    private ModelError OfStatus(ClientResultException answer)
    {
        var said = Said(answer);
        return answer.Status switch
        {
            401 or 403 => Final(ModelFailureCodes.Unauthorized, $"{provider.KeySetting} is not accepted by {choice.ProviderName} at {Where} ({answer.Status}{said}).", answer),
            404 => Final(ModelFailureCodes.NotFound, $"{choice.Setting} is \"{choice.Model}\", which {choice.ProviderName} at {Where} does not have (404{said}). Check it and {provider.EndpointSetting}.", answer),
            429 when said.Contains("insufficient_quota", StringComparison.Ordinal) =>
                Final(ModelFailureCodes.Refused, $"The quota of {provider.KeySetting} is used up (429{said}).", answer),
            408 or 409 or 429 or >= 500 => new ModelError(true, After(answer), new TaskFailedException(
                ModelFailureCodes.Unavailable, $"{Who} answers {answer.Status}{said}.", retryable: true)),
            _ => Final(ModelFailureCodes.Refused, $"{Who} refuses the request ({answer.Status}{said}).", answer),
        };
    }

    private TimeSpan? After(ClientResultException answer)
    {
        if (answer.GetRawResponse()?.Headers.TryGetValue("Retry-After", out var header) != true || header is null)
            return null;
        if (double.TryParse(header, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds))
            return TimeSpan.FromSeconds(Math.Min(seconds, TimeSpan.FromDays(1).TotalSeconds));
        return DateTimeOffset.TryParse(header, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var moment)
            ? moment - time.GetUtcNow()
            : null;
    }

    // The provider's words, which may repeat a part of the key.
    private string Said(ClientResultException answer)
    {
        const int Most = 300;
        var body = answer.GetRawResponse()?.Content?.ToString() ?? "";
        try
        {
            using var json = JsonDocument.Parse(body);
            if (json.RootElement.TryGetProperty("error", out var error))
            {
                var code = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("code", out var given) && given.ValueKind == JsonValueKind.String ? given.GetString() + ": " : "";
                body = error.ValueKind == JsonValueKind.Object && error.TryGetProperty("message", out var message) ? code + message : error.ToString();
            }
        }
        catch (Exception exception) when (exception is JsonException or InvalidOperationException)
        {
            // Then it is shown as it came.
        }

        body = redactor.Redact(body.ReplaceLineEndings(" ").Trim());
        return body.Length == 0 ? "" : ": " + (body.Length <= Most ? body : string.Concat(body.AsSpan(0, Most), "…"));
    }

    // What the provider said stands in our message, without secrets; its exception, which is logged with ours, has it as it came.
    private static Exception? Told(Exception cause) => cause is ClientResultException { Status: > 0 } ? null : cause;

    private static ModelError Passing(string message, Exception cause) =>
        new(true, null, new TaskFailedException(ModelFailureCodes.Unavailable, message, retryable: true, innerException: Told(cause)));

    private static ModelError Final(string code, string message, Exception cause) =>
        new(false, null, new TaskFailedException(code, message, innerException: Told(cause)));

    private static string Innermost(Exception exception)
    {
        while (exception.InnerException is { } inner)
            exception = inner;
        return exception.Message;
    }
}

/// <summary>A stream ended without saying why it ends.</summary>
internal sealed class CutShortException : Exception;
