using System.Text;
using System.Text.Json;

namespace Orchestrator.Contracts;

/// <summary>Where the values of a JSON text stand, by paths like <c>rules[3].effect</c>.</summary>
internal sealed class JsonPlaces
{
    private readonly Dictionary<string, (int Line, int Column)> _places = new(StringComparer.Ordinal);

    private JsonPlaces()
    {
    }

    /// <summary>Reads a text; what follows an error in it has no place.</summary>
    public static JsonPlaces Of(string text)
    {
        var (places, bytes) = (new JsonPlaces(), Encoding.UTF8.GetBytes(text));
        var reader = new Utf8JsonReader(bytes);
        try
        {
            var at = new Lines(bytes);
            if (reader.Read())
            {
                places.Value(ref reader, "", at);
            }
        }
        catch (JsonException)
        {
            // What came before is known.
        }

        return places;
    }

    /// <summary>Line and column from 1 of a value, or of the nearest one around it that is known; (0, 0): none is.</summary>
    public (int Line, int Column) Find(string path)
    {
        while (path.Length > 0)
        {
            if (_places.TryGetValue(path, out var place))
            {
                return place;
            }

            path = path[..Math.Max(0, path.LastIndexOfAny(['.', '[']))];
        }

        return _places.GetValueOrDefault("");
    }

    private void Value(ref Utf8JsonReader reader, string path, Lines lines)
    {
        _places[path] = lines.At((int)reader.TokenStartIndex);
        if (reader.TokenType == JsonTokenType.StartObject)
        {
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                Value(ref reader, path.Length == 0 ? name! : $"{path}.{name}", lines);
            }
        }
        else if (reader.TokenType == JsonTokenType.StartArray)
        {
            for (var i = 0; reader.Read() && reader.TokenType != JsonTokenType.EndArray; i++)
            {
                Value(ref reader, $"{path}[{i}]", lines);
            }
        }
    }

    // Positions only grow, so the text is gone through once.
    private sealed class Lines(byte[] bytes)
    {
        private int _seen;
        private int _line = 1;
        private int _start;

        public (int Line, int Column) At(int position)
        {
            for (; _seen < position; _seen++)
            {
                if (bytes[_seen] == '\n')
                {
                    (_line, _start) = (_line + 1, _seen + 1);
                }
            }

            return (_line, Encoding.UTF8.GetCharCount(bytes, _start, position - _start) + 1);
        }
    }
}
