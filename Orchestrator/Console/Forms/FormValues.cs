using System.Globalization;
using Google.Protobuf;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Console.Forms;

/// <summary>What was entered into a form made of a JSON Schema.</summary>
internal static class FormValues
{
    /// <summary>Reads it. Fields that were left empty are left out. What the schema says beyond the types is for the one who gets it.</summary>
    /// <param name="schema">JSON Schema of an object, as JSON text.</param>
    /// <param name="entered">The form's fields, by name.</param>
    /// <param name="prefix">What the names of the fields begin with.</param>
    /// <returns>The object, and what is wrong, by the fields' names.</returns>
    public static (Struct Value, IReadOnlyDictionary<string, string> Errors) Read(string schema, IReadOnlyDictionary<string, string> entered, string prefix)
    {
        var result = new Struct();
        var errors = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (var field in FormField.Of(schema))
        {
            var name = prefix + field.Name;
            var text = entered.GetValueOrDefault(name, "");
            if (field.Kind == FieldKind.Flag)
                result.Fields[field.Name] = Value.ForBool(text == "true");
            else if (string.IsNullOrWhiteSpace(text))
            {
                if (field.IsRequired)
                    errors[name] = $"{field.Title} is needed.";
            }
            else if (Parse(field, text.ReplaceLineEndings("\n")) is { } value)
                result.Fields[field.Name] = value;
            else
                errors[name] = $"'{Parts.Words.Short(text, 60)}' is not {Expected(field.Kind)}.";
        }

        return (result, errors);
    }

    /// <summary>The fields of a form by name; of several of a name (a box and what stands for it unticked) the first.</summary>
    public static IReadOnlyDictionary<string, string> Of(IFormCollection form) =>
        form.ToDictionary(field => field.Key, field => field.Value.Count > 0 ? field.Value[0] ?? "" : "", StringComparer.Ordinal);

    private static Value? Parse(FormField field, string text) => field.Kind switch
    {
        FieldKind.Integer => long.TryParse(text, NumberStyles.AllowLeadingSign | NumberStyles.AllowLeadingWhite | NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture, out var whole) ? Value.ForNumber(whole) : null,
        FieldKind.Number => double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? Value.ForNumber(number) : null,
        FieldKind.Lines => Value.ForList([.. text.Split('\n', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries).Select(Value.ForString)]),
        FieldKind.Json => Json(text),
        FieldKind.Choice => Value.ForString(text),
        _ => Value.ForString(text.Trim()),
    };

    private static Value? Json(string text)
    {
        try
        {
            return JsonParser.Default.Parse<Value>(text);
        }
        catch (Exception e) when (e is InvalidProtocolBufferException or InvalidJsonException)
        {
            return null;
        }
    }

    private static string Expected(FieldKind kind) => kind switch
    {
        FieldKind.Integer => "a whole number",
        FieldKind.Number => "a number",
        _ => "valid JSON",
    };
}
