/**
 * Dhrystone: a synthetic mix of assignments, calls, records, strings, characters and arrays. What its variables hold in the end is known.
 * Tags are the numbers 1 to 5.
 */
final class Dhrystone {
    private static final class Record {
        private Record next;
        private int discriminant;
        private int tag;
        private int number;
        private String text;

        void assign(Record other) {
            next = other.next;
            discriminant = other.discriminant;
            tag = other.tag;
            number = other.number;
            text = other.text;
        }
    }

    private final Record next = new Record();
    private final Record record = new Record();
    private int number;
    private boolean flag;
    private char firstChar;
    private char secondChar;
    private final int[] row = new int[51];
    private final int[][] table = new int[51][51];
    private int a;
    private int b;
    private int c;

    private Dhrystone() {
        record.next = next;
        record.tag = 3;
        record.number = 40;
        record.text = "a string, and some more of it";
        table[8][7] = 10;
    }

    private static int sumWithTwo(int x, int y) {
        return y + (x + 2);
    }

    private int tagOfEqual(char x, char y) {
        if (x != y) {
            return 1;
        }
        firstChar = x;
        return 2;
    }

    private boolean isAfter(String one, String other) {
        char letter = 'X';
        int index = 2;
        while (index <= 2) {
            if (tagOfEqual(one.charAt(index), other.charAt(index + 1)) == 1) {
                letter = 'A';
                index++;
            }
        }
        if (letter >= 'W' && letter < 'Z') {
            index = 7;
        }
        if (letter == 'R') {
            return true;
        }
        if (one.compareTo(other) <= 0) {
            return false;
        }
        number = index + 7;
        return true;
    }

    private int successor(int tag) {
        switch (tag) {
            case 1: return 1;
            case 2: return number > 100 ? 1 : 4;
            case 3: return 2;
            case 4: return 4;
            default: return 3;
        }
    }

    private Record follow() {
        Record result = record.next;
        record.number = sumWithTwo(10, number);
        return result;
    }

    private void updateRecords(Record aRecord) {
        Record following = aRecord.next;
        following.assign(record);
        aRecord.number = 5;
        following.number = aRecord.number;
        following.next = aRecord.next;
        following.next = follow();
        if (following.discriminant == 0) {
            following.number = 6;
            following.tag = successor(aRecord.tag);
            following.next = record.next;
            following.number = sumWithTwo(following.number, 10);
        } else {
            aRecord.assign(aRecord.next);
        }
    }

    private int decrease(int value) {
        int local = value + 10;
        int tag = 5;
        while (tag != 1) {
            if (firstChar == 'A') {
                local--;
                value = local - number;
                tag = 1;
            }
        }
        return value;
    }

    private void fill(int place, int value) {
        int at = place + 5;
        row[at] = value;
        row[at + 1] = row[at];
        row[at + 30] = at;
        for (int i = at; i <= at + 1; i++) {
            table[at][i] = at;
        }
        table[at][at - 1]++;
        table[at + 20][at] = row[at];
        number = 5;
    }

    private void runNumber(int run) {
        String oneText = "first string, and more of it";
        firstChar = 'A';
        flag = false;
        flag = firstChar == 'A' || flag;
        secondChar = 'B';
        a = 2;
        b = 3;
        String otherText = "second string, and more of it";
        int tag = 2;
        flag = !isAfter(oneText, otherText);
        while (a < b) {
            c = 5 * a - b;
            c = sumWithTwo(a, b);
            a++;
        }
        fill(a, c);
        updateRecords(record);
        for (char letter = 'A'; letter <= secondChar; letter++) {
            if (tag == tagOfEqual(letter, 'C')) {
                tag = successor(1);
                otherText = "third string, and more of it";
                b = run;
                number = run;
            }
        }
        b = b * a;
        a = b / c;
        b = 7 * (b - c) - a;
        a = decrease(a);
    }

    static boolean run(int inner) {
        Dhrystone d = new Dhrystone();
        for (int run = 1; run <= inner; run++) {
            d.runNumber(run);
        }
        return d.number == 5 && d.flag && d.firstChar == 'A' && d.secondChar == 'B' && d.row[8] == 7
            && d.table[8][7] == inner + 10 && d.record.number == 17 && d.next.number == 18 && d.next.tag == 2
            && d.a == 5 && d.b == 13 && d.c == 7;
    }
}
