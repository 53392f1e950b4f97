using System.Diagnostics.CodeAnalysis;

namespace Grpc.Core.Utils;

/// <summary>Checks of arguments and states.</summary>
public static class GrpcPreconditions
{
    public static void CheckArgument([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
            throw new ArgumentException("The argument is not valid.");
    }

    public static void CheckArgument([DoesNotReturnIf(false)] bool condition, string errorMessage)
    {
        if (!condition)
            throw new ArgumentException(errorMessage);
    }

    public static T CheckNotNull<T>([NotNull] T reference)
    {
        if (reference is null)
            throw new ArgumentNullException(nameof(reference));
        return reference;
    }

    public static T CheckNotNull<T>([NotNull] T reference, string paramName)
    {
        if (reference is null)
            throw new ArgumentNullException(paramName);
        return reference;
    }

    public static void CheckState([DoesNotReturnIf(false)] bool condition)
    {
        if (!condition)
            throw new InvalidOperationException();
    }

    public static void CheckState([DoesNotReturnIf(false)] bool condition, string errorMessage)
    {
        if (!condition)
            throw new InvalidOperationException(errorMessage);
    }
}
