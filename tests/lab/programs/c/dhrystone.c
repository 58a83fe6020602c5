// Dhrystone: a synthetic mix of assignments, calls, records, strings, characters and arrays, in the
// proportions that were counted in programs of systems. What its global variables hold in the end
// is known.

#include <stdlib.h>
#include <string.h>

#include "programs.h"

enum Tag { kOne, kTwo, kThree, kFour, kFive };
enum { kSize = 51, kText = 31 };

struct Record {
  struct Record* next;
  int discriminant;
  enum Tag tag;
  int number;
  char text[kText];
};

static struct Record* global_record;
static int global_number;
static bool global_flag;
static char first_char, second_char;
static int row[kSize];
static int table[kSize][kSize];

static int SumWithTwo(int a, int b) { return b + (a + 2); }

static enum Tag TagOfEqual(char a, char b) {
  if (a != b) return kOne;
  first_char = a;
  return kTwo;
}

static bool IsAfter(const char* a, const char* b) {
  char letter = 'X';
  int index = 2;
  while (index <= 2) {
    if (TagOfEqual(a[index], b[index + 1]) == kOne) {
      letter = 'A';
      ++index;
    }
  }
  if (letter >= 'W' && letter < 'Z') index = 7;
  if (letter == 'R') return true;
  if (strcmp(a, b) <= 0) return false;
  global_number = index + 7;
  return true;
}

static enum Tag Successor(enum Tag tag) {
  switch (tag) {
    case kOne:
      return kOne;
    case kTwo:
      return global_number > 100 ? kOne : kFour;
    case kThree:
      return kTwo;
    case kFour:
      return kFour;
    default:
      return kThree;
  }
}

static struct Record* Follow(struct Record* otherwise) {
  struct Record* result = global_record != NULL ? global_record->next : otherwise;
  global_record->number = SumWithTwo(10, global_number);
  return result;
}

static void UpdateRecords(struct Record* record) {
  struct Record* next = record->next;
  *next = *global_record;
  record->number = 5;
  next->number = record->number;
  next->next = record->next;
  next->next = Follow(next->next);
  if (next->discriminant == 0) {
    next->number = 6;
    next->tag = Successor(record->tag);
    next->next = global_record->next;
    next->number = SumWithTwo(next->number, 10);
  } else {
    *record = *record->next;
  }
}

static int Decrease(int number) {
  int local = number + 10;
  enum Tag tag = kFive;
  while (tag != kOne) {
    if (first_char == 'A') {
      --local;
      number = local - global_number;
      tag = kOne;
    }
  }
  return number;
}

static void FillArrays(int place, int value) {
  const int at = place + 5;
  row[at] = value;
  row[at + 1] = row[at];
  row[at + 30] = at;
  for (int i = at; i <= at + 1; ++i) table[at][i] = at;
  ++table[at][at - 1];
  table[at + 20][at] = row[at];
  global_number = 5;
}

bool Dhrystone(int inner) {
  struct Record* next = malloc(sizeof *next);
  memset(next, 0, sizeof *next);
  global_record = malloc(sizeof *global_record);
  *global_record = (struct Record){next, 0, kThree, 40, "a string, and some more of it"};
  memset(row, 0, sizeof row);
  memset(table, 0, sizeof table);
  table[8][7] = 10;
  char one_text[kText] = "first string, and more of it";
  char other_text[kText];
  int a = 0, b = 0, c = 0;
  for (int run = 1; run <= inner; ++run) {
    first_char = 'A';
    global_flag = false;
    global_flag = first_char == 'A' || global_flag;
    second_char = 'B';
    a = 2;
    b = 3;
    strcpy(other_text, "second string, and more of it");
    enum Tag tag = kTwo;
    global_flag = !IsAfter(one_text, other_text);
    while (a < b) {
      c = 5 * a - b;
      c = SumWithTwo(a, b);
      ++a;
    }
    FillArrays(a, c);
    UpdateRecords(global_record);
    for (char letter = 'A'; letter <= second_char; ++letter) {
      if (tag == TagOfEqual(letter, 'C')) {
        tag = Successor(kOne);
        strcpy(other_text, "third string, and more of it");
        b = run;
        global_number = run;
      }
    }
    b = b * a;
    a = b / c;
    b = 7 * (b - c) - a;
    a = Decrease(a);
  }
  const bool right = global_number == 5 && global_flag && first_char == 'A' && second_char == 'B' &&
                     row[8] == 7 && table[8][7] == inner + 10 && global_record->number == 17 &&
                     next->number == 18 && next->tag == kTwo && a == 5 && b == 13 && c == 7;
  free(next);
  free(global_record);
  return right;
}
