using Hyperplane.Api.Problems;

namespace Hyperplane.Api.Requests;

/// <summary>
/// Everything that is wrong in one request: the first finding for each place, at most <see cref="Limit"/>.
/// </summary>
internal sealed class Findings
{
    /// <summary>So many are told at once.</summary>
    public const int Limit = 100;

    private readonly List<ProblemError> _errors;
    private readonly HashSet<string> _places;
    private readonly string _at;

    /// <summary>Of a whole request.</summary>
    public Findings() => (_errors, _places, _at) = ([], new HashSet<string>(StringComparer.Ordinal), "");

    private Findings(Findings whole, string at) =>
        (_errors, _places, _at) = (whole._errors, whole._places, whole._at + at);

    /// <summary>The same findings as a part sees them, whose pointers begin at a place of the whole.</summary>
    public Findings Under(string at) => new(this, at);

    /// <summary>True when nothing is wrong.</summary>
    public bool None => _errors.Count == 0;

    /// <summary>Adds what is wrong at a place, unless something was found there before.</summary>
    public void Add(string pointer, string code, string message)
    {
        if (_errors.Count < Limit && _places.Add(_at + pointer))
            _errors.Add(new ProblemError(_at + pointer, code, message));
    }

    /// <summary>A value that cannot be.</summary>
    public void Invalid(string pointer, string message) => Add(pointer, ProblemCodes.InvalidValue, message);

    /// <summary>The 400 that tells all of it; its code is the errors' own when they share one.</summary>
    public Problem ToProblem()
    {
        string code = _errors.TrueForAll(e => e.Code == _errors[0].Code) ? _errors[0].Code : ProblemCodes.InvalidValue;
        string detail = _errors.Count == 1
            ? $"{Place(_errors[0].Pointer)}: {_errors[0].Message}"
            : $"{_errors.Count} things are wrong in the request; errors lists them.";
        return Problem.Of(400, code, detail) with { Errors = _errors };
    }

    private static string Place(string pointer) => pointer.Length == 0 ? "The body" : pointer;
}
