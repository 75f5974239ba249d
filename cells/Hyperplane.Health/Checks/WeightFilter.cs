namespace Hyperplane.Health;

/// <summary>Follows the weight that a target asks for, but not its noise: each change builds a table anew.</summary>
/// <remarks>Another weight is followed when two answers in a row are off by a tenth or more, or one of them is 0; the
/// later one counts. The first weight is taken at once.</remarks>
internal sealed class WeightFilter
{
    private bool _isOff;

    /// <summary>The weight to use; null: none was asked for.</summary>
    public int? Weight { get; private set; }

    /// <summary>Takes what an answer asked for; true when another weight is to be used.</summary>
    public bool OnAnswer(int? asked)
    {
        bool wasOff = _isOff;
        _isOff = IsFar(asked ?? EndpointWeight.Usual, Weight ?? EndpointWeight.Usual);
        if (!_isOff || (!wasOff && Weight is not null))
            return false;
        (Weight, _isOff) = (asked, false);
        return true;
    }

    private static bool IsFar(int asked, int used) =>
        asked != used && (asked == 0 || used == 0 || Math.Abs(asked - used) * 10 >= used);
}
