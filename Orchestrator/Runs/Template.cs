using System.Text;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Runs;

/// <summary>Values with <c>${…}</c> references in their texts.</summary>
internal static class Template
{
    /// <summary>
    /// Puts values in the place of references. A text that is exactly one reference becomes the value itself; in a longer
    /// text the value is written out.
    /// </summary>
    public static Value Fill(Value template, Func<Reference, Value> resolve)
    {
        switch (template.KindCase)
        {
            case Value.KindOneofCase.StringValue:
                return FillText(template, resolve);
            case Value.KindOneofCase.StructValue:
                return new Value { StructValue = Fill(template.StructValue, resolve) };
            case Value.KindOneofCase.ListValue:
                var list = new ListValue();
                foreach (var item in template.ListValue.Values)
                {
                    list.Values.Add(Fill(item, resolve));
                }

                return new Value { ListValue = list };
            default:
                return template;
        }
    }

    /// <inheritdoc cref="Fill(Value, Func{Reference, Value})"/>
    public static Struct Fill(Struct template, Func<Reference, Value> resolve)
    {
        var result = new Struct();
        foreach (var (name, value) in template.Fields)
        {
            result.Fields[name] = Fill(value, resolve);
        }

        return result;
    }

    /// <summary>Every reference in a value.</summary>
    /// <exception cref="FormatException">One cannot be read.</exception>
    public static IEnumerable<Reference> References(Value template) => template.KindCase switch
    {
        Value.KindOneofCase.StringValue => References(template.StringValue),
        Value.KindOneofCase.StructValue => template.StructValue.Fields.Values.SelectMany(References),
        Value.KindOneofCase.ListValue => template.ListValue.Values.SelectMany(References),
        _ => [],
    };

    /// <summary>Every reference in a text.</summary>
    /// <exception cref="FormatException">One cannot be read.</exception>
    public static IEnumerable<Reference> References(string text)
    {
        var from = 0;
        while (Next(text, from) is { } found)
        {
            yield return Reference.Parse(text[(found.Start + 2)..found.End]);
            from = found.End + 1;
        }
    }

    private static Value FillText(Value template, Func<Reference, Value> resolve)
    {
        var text = template.StringValue;
        if (Next(text, 0) is not { } first)
        {
            return template;
        }

        if (first.Start == 0 && first.End == text.Length - 1)
        {
            return resolve(Reference.Parse(text[2..first.End]));
        }

        return Value.ForString(FillText(text, resolve));
    }

    /// <summary>Writes values into a text.</summary>
    public static string FillText(string text, Func<Reference, Value> resolve)
    {
        if (Next(text, 0) is null)
        {
            return text;
        }

        var result = new StringBuilder();
        var from = 0;
        while (Next(text, from) is { } found)
        {
            result.Append(text, from, found.Start - from);
            result.Append(Values.ToText(resolve(Reference.Parse(text[(found.Start + 2)..found.End]))));
            from = found.End + 1;
        }

        return result.Append(text, from, text.Length - from).ToString();
    }

    // A "${" without "}" is text.
    private static (int Start, int End)? Next(string text, int from)
    {
        var start = text.IndexOf("${", from, StringComparison.Ordinal);
        var end = start < 0 ? -1 : text.IndexOf('}', start);
        return end < 0 ? null : (start, end);
    }
}
