using System.Diagnostics.CodeAnalysis;
using System.Reflection;

namespace Nexus.Simulation;

/// <summary>A real part, some of whose calls a planted defect answers.</summary>
[SuppressMessage("Design", "MA0053", Justification = "The proxy is a class derived from it.")]
internal class Intercepted<T> : DispatchProxy
    where T : class
{
    private T _real = null!;
    private Func<string, object?[], Func<object?>, object?> _intercept = null!;

    /// <param name="real">The part.</param>
    /// <param name="intercept">Gets the name of the member, its arguments, and the real call.</param>
    public static T Over(T real, Func<string, object?[], Func<object?>, object?> intercept)
    {
        var proxy = Create<T, Intercepted<T>>();
        ((Intercepted<T>)(object)proxy)._real = real;
        ((Intercepted<T>)(object)proxy)._intercept = intercept;
        return proxy;
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) => _intercept(targetMethod!.Name, args ?? [], () =>
    {
        try
        {
            return targetMethod.Invoke(_real, args);
        }
        catch (TargetInvocationException error)
        {
            System.Runtime.ExceptionServices.ExceptionDispatchInfo.Throw(error.InnerException!);
            throw;
        }
    });
}
