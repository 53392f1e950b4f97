using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace Orchestrator.Contracts;

/// <summary>Turns the validator's errors into sentences that name the place, the value and the rule.</summary>
internal static class SchemaViolations
{
    private const int MaxShown = 80;

    public static IReadOnlyList<string> Describe(IEnumerable<ValidationError> errors, JToken root, IReadOnlyList<SchemaPattern> patterns)
    {
        var sentences = Flatten(errors).Select(error => Sentence(error, root, patterns)).Distinct().ToList();
        return sentences.Count <= JsonSchemas.MaxViolations
            ? sentences
            : [.. sentences.Take(JsonSchemas.MaxViolations), $"and {sentences.Count - JsonSchemas.MaxViolations} more"];
    }

    // A container's error only says that something in it is wrong: what is wrong is said by its children.
    private static IEnumerable<ValidationError> Flatten(IEnumerable<ValidationError> errors)
    {
        foreach (var error in errors)
        {
            var inner = error switch
            {
                ChildSchemaValidationError { Kind: ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf } child =>
                    Nearest(child.Errors.Values),
                ChildSchemaValidationError child => child.Errors.Values.SelectMany(list => list),
                MultiTypeValidationError types => Nearest(types.Errors.Values),
                _ => [],
            };
            var any = false;
            foreach (var child in Flatten(inner))
            {
                any = true;
                yield return child;
            }

            if (!any)
                yield return error;
        }
    }

    // Of several forms that a value may have, the one it comes near: whose type is right. Two or none: no telling.
    private static IEnumerable<ValidationError> Nearest(IEnumerable<ICollection<ValidationError>> forms)
    {
        var near = forms.Where(errors => errors.Count > 0 && !errors.Any(IsWrongType)).ToList();
        return near.Count == 1 ? near[0] : [];

        bool IsWrongType(ValidationError error) => error.Kind is ValidationErrorKind.StringExpected
            or ValidationErrorKind.NumberExpected or ValidationErrorKind.IntegerExpected
            or ValidationErrorKind.BooleanExpected or ValidationErrorKind.ObjectExpected
            or ValidationErrorKind.ArrayExpected or ValidationErrorKind.NullExpected
            && error.Path == ShortestPath(forms);
    }

    private static string? ShortestPath(IEnumerable<ICollection<ValidationError>> forms) =>
        forms.SelectMany(errors => errors).Select(error => error.Path).MinBy(path => path?.Length ?? 0);

    private static string Sentence(ValidationError error, JToken root, IReadOnlyList<SchemaPattern> patterns)
    {
        var path = (error.Path ?? "").TrimStart('#').TrimStart('/');
        var schema = error.Schema;
        if (error.Kind == ValidationErrorKind.PropertyRequired)
            return $"'{path}' is missing; it is required";
        if (error.Kind == ValidationErrorKind.NoAdditionalPropertiesAllowed)
            return $"'{path}' is not known here; {Known(schema)}";

        var value = Find(root, path);
        var subject = path.Length == 0 ? "the value" : $"'{path}'";
        var shown = value is null ? "" : $" is {Show(value)}";
        return $"{subject}{shown}; it must {Rule(error, schema, patterns)}";
    }

    private static string Rule(ValidationError error, JsonSchema schema, IReadOnlyList<SchemaPattern> patterns) => error.Kind switch
    {
        ValidationErrorKind.StringExpected => "be text",
        ValidationErrorKind.NumberExpected => "be a number",
        ValidationErrorKind.IntegerExpected => "be a whole number",
        ValidationErrorKind.BooleanExpected => "be true or false",
        ValidationErrorKind.ObjectExpected => "be an object",
        ValidationErrorKind.ArrayExpected => "be a list",
        ValidationErrorKind.NullExpected => "be null",
        ValidationErrorKind.NoTypeValidates => $"be {string.Join(" or ", schema.Type.ToString().ToLowerInvariant().Split(", "))}",
        ValidationErrorKind.PatternMismatch =>
            $"match the pattern {patterns.FirstOrDefault(pattern => pattern.Format == schema.Format)?.Pattern ?? schema.Pattern}",
        ValidationErrorKind.StringTooShort => $"have at least {schema.MinLength} characters",
        ValidationErrorKind.StringTooLong => $"have at most {schema.MaxLength} characters",
        ValidationErrorKind.NumberTooSmall => schema.Minimum is { } minimum
            ? $"be at least {minimum}"
            : $"be more than {schema.ExclusiveMinimum}",
        ValidationErrorKind.NumberTooBig or ValidationErrorKind.IntegerTooBig => schema.Maximum is { } maximum
            ? $"be at most {maximum}"
            : $"be less than {schema.ExclusiveMaximum}",
        ValidationErrorKind.NumberNotMultipleOf or ValidationErrorKind.IntegerNotMultipleOf => $"be a multiple of {schema.MultipleOf}",
        ValidationErrorKind.TooManyItems => $"have at most {schema.MaxItems} items",
        ValidationErrorKind.TooFewItems => $"have at least {schema.MinItems} items",
        ValidationErrorKind.TooManyProperties => $"have at most {schema.MaxProperties} fields",
        ValidationErrorKind.TooFewProperties => $"have at least {schema.MinProperties} fields",
        ValidationErrorKind.ItemsNotUnique => "not hold an item twice",
        ValidationErrorKind.NotInEnumeration => schema.Enumeration.Count == 1
            ? $"be {Show(schema.Enumeration.First())}"
            : $"be one of {string.Join(", ", schema.Enumeration.Select(Show))}",
        ValidationErrorKind.NotAnyOf or ValidationErrorKind.NotOneOf => $"have one of these forms: {Forms(schema, error.Kind)}",
        ValidationErrorKind.ExcludedSchemaValidates => "not have this form",
        _ when !string.IsNullOrEmpty(schema.Format) => $"be a valid {schema.Format}",
        _ => $"satisfy the schema ({error.Kind})",
    };

    private static string Forms(JsonSchema schema, ValidationErrorKind kind)
    {
        var forms = kind == ValidationErrorKind.NotAnyOf ? schema.AnyOf : schema.OneOf;
        return string.Join(", or ", forms.Select(form => form.ActualSchema).Select(form =>
            form.Title ?? form.Description ?? (form.Type == JsonObjectType.None ? "another" : form.Type.ToString().ToLowerInvariant())));
    }

    private static string Known(JsonSchema schema) => schema.Properties.Count == 0
        ? "no fields are allowed"
        : $"the fields are {string.Join(", ", schema.Properties.Keys.Order(StringComparer.Ordinal))}";

    private static string Show(object? value)
    {
        var text = value switch
        {
            JObject => "an object",
            JArray list => $"a list of {list.Count}",
            JToken token => token.ToString(Formatting.None),
            _ => JsonConvert.SerializeObject(value),
        };
        return text.Length <= MaxShown ? text : string.Concat(text.AsSpan(0, MaxShown), "…");
    }

    // The validator joins names with dots; a name may itself hold one, so names are matched, not split.
    private static JToken? Find(JToken value, string path)
    {
        if (path.Length == 0)
            return value;
        if (path[0] == '.')
            path = path[1..];
        if (value is JArray list)
        {
            var end = path.IndexOf(']', StringComparison.Ordinal);
            return path[0] == '[' && end > 0 && int.TryParse(path.AsSpan(1, end - 1), out var index) && index < list.Count
                ? Find(list[index], path[(end + 1)..])
                : null;
        }

        return value is not JObject fields
            ? null
            : fields.Properties()
                .Where(field => path.StartsWith(field.Name, StringComparison.Ordinal)
                    && (path.Length == field.Name.Length || path[field.Name.Length] is '.' or '['))
                .Select(field => Find(field.Value, path[field.Name.Length..]))
                .FirstOrDefault(found => found is not null);
    }
}
