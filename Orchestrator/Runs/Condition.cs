using System.Globalization;
using Google.Protobuf.WellKnownTypes;

namespace Orchestrator.Runs;

/// <summary>
/// The language of <c>when</c>: references, numbers, 'texts', true, false, null; <c>== != &lt; &lt;= &gt; &gt;=</c>;
/// <c>and</c>, <c>or</c>, <c>not</c>; <c>empty(x)</c>, <c>length(x)</c>, <c>contains(x, y)</c>; parentheses.
/// </summary>
/// <remarks>
/// A recursive descent over the text, evaluated while it is read: conditions are short and evaluated once per task.
/// <c>or</c> binds loosest, then <c>and</c>, <c>not</c>, comparison. Values of different kinds are unequal, and neither
/// less nor greater.
/// </remarks>
internal ref struct Condition
{
    private const int MaxDepth = 32;
    private readonly string _text;
    private readonly Func<Reference, Value> _resolve;
    private int _at;
    private int _depth;

    private Condition(string text, Func<Reference, Value> resolve)
    {
        _text = text;
        _resolve = resolve;
    }

    /// <summary>Whether the condition holds.</summary>
    /// <exception cref="FormatException">It cannot be read; the message gives the position.</exception>
    public static bool Holds(string text, Func<Reference, Value> resolve)
    {
        var condition = new Condition(text, resolve);
        var value = condition.Or();
        condition.SkipSpace();
        if (condition._at < text.Length)
        {
            throw condition.Wrong($"'{text[condition._at]}' cannot stand there");
        }

        return Values.IsTruthy(value);
    }

    /// <summary>Reads the condition without values.</summary>
    /// <exception cref="FormatException">It cannot be read.</exception>
    public static void Check(string text) => Holds(text, static _ => Values.Null);

    private Value Or()
    {
        var left = And();
        while (Word("or"))
        {
            var right = And();
            left = Value.ForBool(Values.IsTruthy(left) | Values.IsTruthy(right));
        }

        return left;
    }

    private Value And()
    {
        var left = Not();
        while (Word("and"))
        {
            var right = Not();
            left = Value.ForBool(Values.IsTruthy(left) & Values.IsTruthy(right));
        }

        return left;
    }

    private Value Not()
    {
        if (++_depth > MaxDepth)
        {
            throw Wrong($"it is nested deeper than {MaxDepth}");
        }

        var value = Word("not") ? Value.ForBool(!Values.IsTruthy(Not())) : Comparison();
        _depth--;
        return value;
    }

    private Value Comparison()
    {
        var left = Primary();
        foreach (var sign in (ReadOnlySpan<string>)["==", "!=", "<=", ">=", "<", ">"])
        {
            if (Sign(sign))
            {
                return Value.ForBool(Compare(left, sign, Primary()));
            }
        }

        return left;
    }

    private static bool Compare(Value left, string sign, Value right)
    {
        if (sign is "==" or "!=")
        {
            return left.Equals(right) == (sign == "==");
        }

        int? order = (left.KindCase, right.KindCase) switch
        {
            (Value.KindOneofCase.NumberValue, Value.KindOneofCase.NumberValue) => left.NumberValue.CompareTo(right.NumberValue),
            (Value.KindOneofCase.StringValue, Value.KindOneofCase.StringValue) => string.CompareOrdinal(left.StringValue, right.StringValue),
            _ => null,
        };
        return order is { } o && sign switch { "<" => o < 0, "<=" => o <= 0, ">" => o > 0, _ => o >= 0 };
    }

    private Value Primary()
    {
        SkipSpace();
        if (_at >= _text.Length)
        {
            throw Wrong("something is missing at the end");
        }

        var c = _text[_at];
        if (Sign("("))
        {
            return Closed(Or());
        }

        if (c == '$')
        {
            return ReadReference();
        }

        if (c is '\'' or '"')
        {
            var end = _text.IndexOf(c, _at + 1);
            if (end < 0)
            {
                throw Wrong($"{c} is not closed");
            }

            var literal = Value.ForString(_text[(_at + 1)..end]);
            _at = end + 1;
            return literal;
        }

        if (char.IsAsciiDigit(c) || c == '-')
        {
            var start = _at++;
            while (_at < _text.Length && (char.IsAsciiDigit(_text[_at]) || _text[_at] == '.'))
            {
                _at++;
            }

            return double.TryParse(_text.AsSpan(start, _at - start), NumberStyles.Float, CultureInfo.InvariantCulture, out var number)
                ? Value.ForNumber(number)
                : throw Wrong($"'{_text[start.._at]}' is no number");
        }

        if (Word("true"))
        {
            return Value.ForBool(true);
        }

        if (Word("false"))
        {
            return Value.ForBool(false);
        }

        return Word("null") ? Values.Null : Call();
    }

    private Value Call()
    {
        if (Word("empty") && Sign("("))
        {
            return Closed(Value.ForBool(!Values.IsTruthy(Or())));
        }

        if (Word("length") && Sign("("))
        {
            return Closed(Value.ForNumber(Values.Length(Or())));
        }

        if (Word("contains") && Sign("("))
        {
            var whole = Or();
            if (!Sign(","))
            {
                throw Wrong("contains wants two values with ',' between");
            }

            var part = Or();
            return Closed(Value.ForBool(whole.KindCase switch
            {
                Value.KindOneofCase.ListValue => whole.ListValue.Values.Contains(part),
                Value.KindOneofCase.StringValue => whole.StringValue.Contains(Values.ToText(part), StringComparison.Ordinal),
                Value.KindOneofCase.StructValue => whole.StructValue.Fields.ContainsKey(Values.ToText(part)),
                _ => false,
            }));
        }

        throw Wrong($"'{_text[_at]}' cannot stand there");
    }

    private Value Closed(Value value) => Sign(")") ? value : throw Wrong("')' is missing");

    private Value ReadReference()
    {
        var end = _text.IndexOf('}', _at);
        if (end < 0 || !_text.AsSpan(_at).StartsWith("${", StringComparison.Ordinal))
        {
            throw Wrong("a reference is written ${name.path}");
        }

        var reference = Reference.Parse(_text[(_at + 2)..end]);
        _at = end + 1;
        return _resolve(reference);
    }

    private bool Word(string word)
    {
        SkipSpace();
        var end = _at + word.Length;
        if (!_text.AsSpan(_at).StartsWith(word, StringComparison.Ordinal)
            || (end < _text.Length && (char.IsAsciiLetterOrDigit(_text[end]) || _text[end] == '_')))
        {
            return false;
        }

        _at = end;
        return true;
    }

    private bool Sign(string sign)
    {
        SkipSpace();
        if (!_text.AsSpan(_at).StartsWith(sign, StringComparison.Ordinal))
        {
            return false;
        }

        _at += sign.Length;
        return true;
    }

    private void SkipSpace()
    {
        while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
        {
            _at++;
        }
    }

    private readonly FormatException Wrong(string why) => new($"condition '{_text}', character {_at + 1}: {why}.");
}
