using System.ComponentModel;
using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Reflection;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Schema;
using Agents.Hosting;

namespace Agents.Tools.Declared;

/// <summary>One argument of a tool: its schema, and how it is read.</summary>
internal sealed class ToolParameter
{
    private readonly ParameterInfo _parameter;
    private readonly bool _nullable;
    private readonly int _least = int.MinValue;
    private readonly int _most = int.MaxValue;

    public ToolParameter(ParameterInfo parameter)
    {
        _parameter = parameter;
        Name = JsonNamingPolicy.SnakeCaseLower.ConvertName(parameter.Name!);
        _nullable = new NullabilityInfoContext().Create(parameter).WriteState == NullabilityState.Nullable;
        if (parameter.GetCustomAttribute<RangeAttribute>() is { } range)
        {
            _least = Convert.ToInt32(range.Minimum, CultureInfo.InvariantCulture);
            _most = Convert.ToInt32(range.Maximum, CultureInfo.InvariantCulture);
        }
    }

    public string Name { get; }

    public bool IsRequired => !_parameter.HasDefaultValue && !_nullable;

    /// <summary>The value for the method.</summary>
    /// <exception cref="ToolException">INVALID_INPUT.</exception>
    public object? Read(ToolArguments arguments)
    {
        var type = Nullable.GetUnderlyingType(_parameter.ParameterType) ?? _parameter.ParameterType;
        if (type == typeof(string))
            return IsRequired ? arguments.RequiredText(Name) : arguments.Text(Name) ?? _parameter.DefaultValue as string;
        if (type == typeof(bool))
            return arguments.Flag(Name);
        if (type == typeof(int))
        {
            if (arguments.IsAbsent(Name))
                return IsRequired ? throw ToolArguments.Missing(Name) : _parameter.HasDefaultValue ? _parameter.DefaultValue : null;
            return arguments.Whole(Name, 0, _least, _most);
        }

        if (type == typeof(IReadOnlyList<string>))
            return arguments.Texts(Name);
        if (arguments.IsAbsent(Name))
            return IsRequired ? throw ToolArguments.Missing(Name) : null;
        return arguments.Value(Name, _parameter.ParameterType);
    }

    public JsonObject Schema()
    {
        var schema = (JsonObject)AgentJson.Options.GetJsonSchemaAsNode(
            Nullable.GetUnderlyingType(_parameter.ParameterType) ?? _parameter.ParameterType, new JsonSchemaExporterOptions { TreatNullObliviousAsNonNullable = true });
        // Where the exporter says that a type may be null, the parameter knows better; absent and null are the same.
        if (schema["type"] is JsonArray types && types.FirstOrDefault(type => type!.GetValue<string>() != "null") is { } only)
            schema["type"] = only.DeepClone();
        if (schema["type"] is JsonValue kind && !IsRequired)
            schema["type"] = new JsonArray(kind.DeepClone(), "null");
        if (_parameter.GetCustomAttribute<RangeAttribute>() is not null)
        {
            schema["minimum"] = _least;
            schema["maximum"] = _most;
        }

        if (_parameter.HasDefaultValue && _parameter.DefaultValue is string or int or true)
            schema["default"] = JsonValue.Create(_parameter.DefaultValue);
        if (_parameter.GetCustomAttribute<DescriptionAttribute>() is { } description)
            schema.Insert(0, "description", description.Description);
        return schema;
    }
}
