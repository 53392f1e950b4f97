using System.Globalization;
using System.Text.Json;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;
using Protos.V1;

namespace Cli.Commands;

/// <summary>What is submitted, from options.</summary>
internal static class Submission
{
    /// <summary>Reads K=V, V being JSON or text.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? ReadInputs(string[] inputs, SubmitRunRequest submit)
    {
        submit.Inputs = new Struct();
        foreach (var text in inputs)
        {
            var equals = text.IndexOf('=');
            if (equals < 1)
            {
                return $"--input: '{text}' is not K=V.";
            }

            try
            {
                submit.Inputs.Fields[text[..equals]] = ReadValue(text[(equals + 1)..]);
            }
            catch (Exception e) when (e is InvalidProtocolBufferException or OverflowException or ArgumentException or InvalidOperationException)
            {
                return $"--input: the value of '{text[..equals]}' cannot be sent: {e.Message}";
            }
        }

        return null;
    }

    /// <summary>Reads what the run may use.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? ReadBudget(string[] limits, SubmitRunRequest submit)
    {
        foreach (var text in limits)
        {
            submit.Budget ??= new Budget();
            var parts = text.Split('=', 2);
            var value = parts.Length == 2 ? parts[1] : "";
            var good = parts[0] switch
            {
                "tokens" => Whole(value, long.MaxValue, out var tokens) && (submit.Budget.Tokens = tokens) > 0,
                "cost" => Micros(value, out var micros) && (submit.Budget.CostMicros = micros) > 0,
                "seconds" => Whole(value, int.MaxValue, out var seconds) && (submit.Budget.Seconds = (int)seconds) > 0,
                "attempts" => Whole(value, int.MaxValue, out var attempts) && (submit.Budget.Attempts = (int)attempts) > 0,
                "when_short" => (submit.Budget.WhenShort = value) is "stop" or "degrade" or "cheaper",
                _ => false,
            };
            if (!good)
            {
                return $"--budget: '{text}' is none of tokens=N, cost=AMOUNT, seconds=N, attempts=N, when_short=stop|degrade|cheaper.";
            }
        }

        return null;
    }

    private static bool Whole(string text, long most, out long number) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out number) && number <= most;

    // An amount like 2.50, kept exactly: at most six decimal places.
    private static bool Micros(string text, out long micros)
    {
        var good = decimal.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var amount)
            && amount <= 1_000_000_000 && decimal.Truncate(amount * 1_000_000) == amount * 1_000_000;
        micros = good ? (long)(amount * 1_000_000) : 0;
        return good;
    }

    private static Value ReadValue(string text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            Finite(document.RootElement);
            return document.RootElement.ValueKind == JsonValueKind.String ? Value.ForString(document.RootElement.GetString()!) : Value.Parser.ParseJson(text);
        }
        catch (JsonException)
        {
            return Value.ForString(text);
        }
    }

    private static void Finite(JsonElement element)
    {
        switch (element.ValueKind)
        {
            case JsonValueKind.Number when !double.IsFinite(element.GetDouble()):
                throw new OverflowException($"{element.GetRawText()} is too large a number.");
            case JsonValueKind.Array:
                foreach (var item in element.EnumerateArray())
                {
                    Finite(item);
                }

                break;
            case JsonValueKind.Object:
                foreach (var field in element.EnumerateObject())
                {
                    Finite(field.Value);
                }

                break;
        }
    }

    /// <summary>Takes a folder that is there and can be read.</summary>
    /// <returns>Null, or what is wrong.</returns>
    public static string? ReadWorkspace(string? folder, SubmitRunRequest submit)
    {
        if (folder is null)
        {
            return null;
        }

        if (!Directory.Exists(folder))
        {
            return $"--workspace: '{folder}' is no folder.";
        }

        try
        {
            _ = Directory.EnumerateFileSystemEntries(folder).FirstOrDefault();
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            return $"--workspace: '{folder}' cannot be read: {e.Message}";
        }

        submit.Workspace = new Workspace { Path = Path.GetFullPath(folder) };
        return null;
    }
}
