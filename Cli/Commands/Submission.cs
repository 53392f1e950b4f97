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
