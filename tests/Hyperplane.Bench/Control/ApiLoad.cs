using System.Diagnostics;

namespace Hyperplane.Bench.Control;

/// <summary>Requests at a steady rate, whether the ones before are answered or not: who waits for answers measures
/// nothing while the server is slow (coordinated omission).</summary>
internal static class ApiLoad
{
    /// <summary>Sends for so long; the milliseconds of each answer, from the moment that it was due.</summary>
    /// <param name="perSecond">How many a second.</param>
    /// <param name="length">How long.</param>
    /// <param name="send">Sends the nth one.</param>
    public static async Task<IReadOnlyList<double>> RunAsync(int perSecond, TimeSpan length, Func<int, Task> send)
    {
        int count = (int)(length.TotalSeconds * perSecond);
        long began = Stopwatch.GetTimestamp();
        var answers = new Task<double>[count];
        for (int number = 0; number < count; number++)
        {
            var due = TimeSpan.FromSeconds((double)number / perSecond);
            TimeSpan early = due - Stopwatch.GetElapsedTime(began);
            if (early > TimeSpan.Zero)
                await Task.Delay(early);
            answers[number] = AnswerAsync(send, number, began, due);
        }

        return await Task.WhenAll(answers);
    }

    private static async Task<double> AnswerAsync(Func<int, Task> send, int number, long began, TimeSpan due)
    {
        await send(number);
        return (Stopwatch.GetElapsedTime(began) - due).TotalMilliseconds;
    }
}
